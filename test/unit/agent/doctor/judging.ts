import { expect } from "vitest";
import { chosenChecks, type DoctorResult, diagnose } from "../../../../agent/doctor/diagnose.ts";
import type { DoctorFacts } from "../../../../agent/doctor/facts.ts";
import { healthyFacts } from "./doctor-facts.ts";

/** The part of `facts` under `section`, with some of it replaced. */
export function changed<S extends "setup" | "usb" | "rivals" | "smsd" | "system" | "agent">(
  section: S,
  change: Partial<DoctorFacts[S]>,
  facts: DoctorFacts = healthyFacts(),
): DoctorFacts {
  return { ...facts, [section]: { ...facts[section], ...change } };
}

export function judge(check: string, facts: DoctorFacts): readonly DoctorResult[] {
  return diagnose(facts, chosenChecks([check])).results;
}

/** The check says exactly this one thing, with a reason and a fix where it is a finding. */
export function expectOne(
  check: string,
  facts: DoctorFacts,
  level: DoctorResult["level"],
  sentence: RegExp,
): DoctorResult {
  const results = judge(check, facts);
  expect(results, JSON.stringify(results)).toHaveLength(1);
  const [result] = results;
  if (!result) throw new Error("no result");
  expect(result.sentence).toMatch(sentence);
  expect(result.level).toBe(level);
  if (level === "warning" || level === "error") {
    expect(result.why).toBeTruthy();
    if (!result.unknown) expect(result.fix).toBeTruthy();
  }
  return result;
}
