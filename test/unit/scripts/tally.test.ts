import { expect, test } from "vitest";
import { add, summaryLine, tallyOf } from "../../../scripts/lib/tally.ts";

const REPORT = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

test("a good run counts its tests; skipped ones are told", () => {
  expect(summaryLine(tallyOf(REPORT, 0))).toBe("3 passed, 0 failed");
  expect(summaryLine(tallyOf({ ...REPORT, numPendingTests: 1, numTodoTests: 1 }, 0))).toBe(
    "3 passed, 0 failed, 2 skipped",
  );
});

test("a file that does not load is a failure, though no test in it failed", () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "failed", assertionResults: [{}] },
    { status: "passed", assertionResults: [{}] },
  ];
  expect(tallyOf({ ...REPORT, numFailedTests: 1, testResults }, 1).failed).toBe(2);
});

test("a run that fails without naming anything, or leaves no report, is a failure", () => {
  expect(tallyOf(REPORT, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(tallyOf(REPORT, null)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(tallyOf(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("tallies add up", () => {
  expect(add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 })).toEqual({
    passed: 11,
    failed: 22,
    skipped: 33,
  });
});
