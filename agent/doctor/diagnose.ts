import { ModemkeeperError } from "../../core/errors.ts";
import { ALL_CHECKS } from "./checks/all.ts";
import type { DoctorCheck, DoctorLevel, Verdict } from "./checks/verdict.ts";
import type { DoctorFacts } from "./facts.ts";

/** One thing that doctor saw, with the check that looked. */
export interface DoctorResult extends Verdict {
  readonly check: string;
  readonly title: string;
  /** Why it matters; absent where all is well. */
  readonly why?: string;
}

export interface Diagnosis {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly version: string;
  readonly root: boolean;
  readonly counts: Readonly<Record<DoctorLevel, number>>;
  /** In the order of the table of checks. */
  readonly results: readonly DoctorResult[];
}

/** The checks by these names, all of them for none. @throws ModemkeeperError usage for a name that no check has */
export function chosenChecks(names: readonly string[]): readonly DoctorCheck[] {
  const unknown = names.find((name) => !ALL_CHECKS.some((check) => check.name === name));
  if (unknown !== undefined) {
    throw new ModemkeeperError("usage", `there is no check "${unknown}"`, {
      fix: `one of: ${ALL_CHECKS.map(({ name }) => name).join(", ")}`,
    });
  }
  return names.length === 0 ? ALL_CHECKS : ALL_CHECKS.filter(({ name }) => names.includes(name));
}

/** Judges facts; a value in, a value out. */
export function diagnose(facts: DoctorFacts, checks: readonly DoctorCheck[] = ALL_CHECKS): Diagnosis {
  const results = checks.flatMap((check) => check.judge(facts).map((verdict) => resultOf(check, verdict)));
  const count = (level: DoctorLevel) => results.filter((one) => one.level === level).length;
  return {
    at: new Date(facts.now).toISOString(),
    version: facts.version,
    root: facts.root,
    counts: { ok: count("ok"), info: count("info"), warning: count("warning"), error: count("error") },
    results,
  };
}

function resultOf({ name, title, why }: DoctorCheck, verdict: Verdict): DoctorResult {
  const matters = verdict.level === "warning" || verdict.level === "error" ? { why } : {};
  return { check: name, title, ...verdict, ...matters };
}
