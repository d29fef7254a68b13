import { relative } from "node:path";

/** How many checks and tests came out how; those that failed by what they are called, to be said once more at the end. */
export interface Tally {
  readonly passed: number;
  readonly failures: readonly string[];
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failures: [], skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failures: [...a.failures, ...b.failures],
    skipped: a.skipped + b.skipped,
  };
}

/** The last line of a run, the one that people and CI read. */
export function summaryLine({ passed, failures, skipped }: Tally): string {
  return `${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** What vitest's json reporter writes, as far as it matters here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly VitestFile[];
}

interface VitestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

function firstLine(message: string | undefined): string {
  return message?.split("\n", 1)[0] ?? "";
}

/** A file that could not be loaded has no tests to fail, so it is a failure itself. */
function failuresOf({ name, status, message, assertionResults }: VitestFile): readonly string[] {
  const file = relative(process.cwd(), name);
  if (status === "failed" && assertionResults.length === 0) return [`${file}: ${firstLine(message)}`];
  return assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
}

/** Counts one vitest run. One that says it failed without naming anything, or left no report at all, is a failure too. */
export function tallyOf(report: VitestReport | undefined, exitCode: number | null): Tally {
  if (!report) return { ...NOTHING, failures: ["vitest left no report"] };
  const failures = report.testResults.flatMap(failuresOf);
  const unnamed = failures.length === 0 && exitCode !== 0;
  return {
    passed: report.numPassedTests,
    failures: unnamed ? [`vitest ended with ${exitCode} and named no test`] : failures,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
