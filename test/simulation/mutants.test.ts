import { describe, expect, test } from "vitest";
import { decide } from "../../agent/decide/decide.ts";
import { MUTANTS } from "./mutants.ts";
import { firstBroken } from "./report.ts";

/** Histories within which each defect must show. */
const WITHIN = 400;

describe("a decision with a deliberate defect is found out", () => {
  test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))("%s", (_name, mutant) => {
    const broken = firstBroken(1, WITHIN, mutant.decide, mutant.caughtBy);
    expect(broken?.violation.invariant, `not found in ${WITHIN} histories`).toBeOneOf([...mutant.caughtBy]);
  });

  test("the decision itself is found out by none of these", () => {
    expect(firstBroken(1, WITHIN / 4, decide)).toBeUndefined();
  });
});
