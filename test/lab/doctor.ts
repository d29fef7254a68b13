import type { Diagnosis, DoctorResult } from "../../agent/doctor/diagnose.ts";
import type { Guest } from "./guest.ts";

/** The guest has no time service, and doctor is right to say so. */
const USUAL = ["clock"];
/** Of what did not answer in time. */
const LATE = / within [\d.]+ s\b/;
const MOST_TRIES = 4;

/**
 * What `modemkeeper doctor` says of the guest that calls for somebody: warnings and errors. Its limits are for hardware, so
 * it is asked again where one of them has passed; what is really dead does not answer then either.
 */
export async function complaints(guest: Guest, ...checks: readonly string[]): Promise<readonly DoctorResult[]> {
  for (let tries = 1; ; tries++) {
    const found = await asked(guest, checks);
    if (tries === MOST_TRIES || !found.some(({ sentence }) => LATE.test(sentence))) return found;
  }
}

async function asked(guest: Guest, checks: readonly string[]): Promise<readonly DoctorResult[]> {
  const said = await guest.run(`modemkeeper doctor --json ${checks.join(" ")}`, { seconds: 120 });
  if (said.stdout === "") throw new Error(`doctor said nothing: ${said.stderr}`);
  const { results } = JSON.parse(said.stdout) as Diagnosis;
  return results.filter(({ check, level }) => !USUAL.includes(check) && (level === "warning" || level === "error"));
}
