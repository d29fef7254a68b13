import { defineConfig } from "vitest/config";

const quick = ["unit", "cases", "golden", "scenarios", "cli"];

function project(name: string, timeout: number, extra: object = {}) {
  return {
    test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: timeout, hookTimeout: timeout, ...extra },
  };
}

const MINUTE = 60_000;

export default defineConfig({
  test: {
    reporters: process.env.CI
      ? ["verbose", "./test/helpers/summary-reporter.ts"]
      : ["default", "./test/helpers/summary-reporter.ts"],
    projects: [
      ...quick.map((name) => project(name, MINUTE)),
      // Real smsd on a simulated modem: seconds each.
      project("system", 2 * MINUTE, { fileParallelism: false }),
      // A virtual machine with a real kernel, udevd and systemd: one scenario after the other.
      project("lab", 10 * MINUTE, { fileParallelism: false, globalSetup: "test/lab/global-setup.ts" }),
    ],
  },
});
