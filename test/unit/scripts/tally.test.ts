import { resolve } from "node:path";
import { expect, test } from "vitest";
import { add, summaryLine, tallyOf } from "../../../scripts/lib/tally.ts";

const REPORT = { numPassedTests: 3, numPendingTests: 0, numTodoTests: 0, testResults: [] };
const PASSED = { fullName: "it works", status: "passed", failureMessages: [""] };

function fileOf(status: string, message: string, assertionResults: readonly (typeof PASSED)[]) {
  return { name: resolve("test/a.test.ts"), status, message, assertionResults };
}

test("a good run counts its tests; skipped ones are told", () => {
  expect(summaryLine(tallyOf(REPORT, 0))).toBe("3 passed, 0 failed");
  expect(summaryLine(tallyOf({ ...REPORT, numPendingTests: 1, numTodoTests: 1 }, 0))).toBe(
    "3 passed, 0 failed, 2 skipped",
  );
});

test("a failed test is named with the first line of what it says", () => {
  const failed = {
    fullName: "it counts",
    status: "failed",
    failureMessages: ["Error: 1 is not 2\n    at a.test.ts:3"],
  };
  expect(tallyOf({ ...REPORT, testResults: [fileOf("failed", "", [PASSED, failed])] }, 1).failures).toEqual([
    "test/a.test.ts > it counts: Error: 1 is not 2",
  ]);
});

test("a file that does not load is a failure, though no test in it failed", () => {
  const testResults = [fileOf("failed", "no such module\nat x", []), fileOf("passed", "", [PASSED])];
  expect(tallyOf({ ...REPORT, testResults }, 1).failures).toEqual(["test/a.test.ts: no such module"]);
});

test("a run that fails without naming anything, or leaves no report, is a failure", () => {
  expect(summaryLine(tallyOf(REPORT, 1))).toBe("3 passed, 1 failed");
  expect(summaryLine(tallyOf(REPORT, null))).toBe("3 passed, 1 failed");
  expect(summaryLine(tallyOf(undefined, 0))).toBe("0 passed, 1 failed");
});

test("tallies add up", () => {
  const a = { passed: 1, failures: ["x"], skipped: 3 };
  expect(add(a, { passed: 10, failures: ["y", "z"], skipped: 30 })).toEqual({
    passed: 11,
    failures: ["x", "y", "z"],
    skipped: 33,
  });
});
