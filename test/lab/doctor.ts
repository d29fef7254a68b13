import type { Diagnosis, DoctorResult } from "../../agent/doctor/diagnose.ts";
import type { Guest } from "./guest.ts";

/** The guest has no time service, and doctor is right to say so. */
const USUAL = ["clock"];

/** What `modemkeeper doctor` says of the guest that calls for somebody: warnings and errors. */
export async function complaints(guest: Guest, ...checks: readonly string[]): Promise<readonly DoctorResult[]> {
  const said = await guest.run(`modemkeeper doctor --json ${checks.join(" ")}`, { seconds: 120 });
  if (said.stdout === "") throw new Error(`doctor said nothing: ${said.stderr}`);
  const { results } = JSON.parse(said.stdout) as Diagnosis;
  return results.filter(({ check, level }) => !USUAL.includes(check) && (level === "warning" || level === "error"));
}
