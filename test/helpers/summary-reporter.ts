import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with the one line that people and CI read: `N passed, N failed` (`, N skipped` where any were). */
class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    let broken = unhandled.length;
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      if (module.errors().length > 0) broken += 1;
    }
    const skipped = count.skipped + count.pending;
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    process.on("exit", () => process.stdout.write(`${count.passed} passed, ${count.failed + broken} failed${tail}\n`));
  }
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export.
export default SummaryReporter;
