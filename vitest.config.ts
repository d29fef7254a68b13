import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/helpers/longest-first.ts";

const quick = ["unit", "cases", "golden", "scenarios", "cli"];

function project(name: string, timeout: number, extra: object = {}) {
  return {
    test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: timeout, hookTimeout: timeout, ...extra },
  };
}

const MINUTE = 60_000;

export default defineConfig({
  test: {
    // vitest would leave one core of two idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    reporters: process.env.CI
      ? ["verbose", "./test/helpers/summary-reporter.ts"]
      : ["default", "./test/helpers/summary-reporter.ts"],
    projects: [
      ...quick.map((name) => project(name, MINUTE)),
      // Histories of decide(): a few thousand here, MODEMKEEPER_HISTORIES sets how many.
      project("simulation", 20 * MINUTE),
      // Real smsd on a simulated modem: seconds each, most of them spent waiting.
      project("system", 2 * MINUTE, { maxWorkers: 2, sequence: { groupOrder: 1 } }),
      // The status page in Chromium, which one test at a time has for itself.
      project("browser", MINUTE, { fileParallelism: false, sequence: { groupOrder: 2 } }),
      // Virtual machines with a real kernel, udevd and systemd. A guest keeps little more than one core busy.
      project("lab", 25 * MINUTE, {
        globalSetup: "test/lab/global-setup.ts",
        maxWorkers: 2,
        sequence: { groupOrder: 3 },
      }),
    ],
  },
});
