import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "zx/core";
import { NOTHING, type Tally, tallyOf } from "./tally.ts";

const run = $({ stdio: "inherit", nothrow: true, preferLocal: true });

/** One command that is itself a check: formatter, types, shell scripts. */
export async function runCheck(argv: readonly string[]): Promise<Tally> {
  const { exitCode } = await run`${[...argv]}`;
  return exitCode === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failures: [argv.join(" ")] };
}

/** The tests of some of vitest's projects, with vitest's own output on the way; `under` is a command that runs commands. */
export async function runProjects(projects: readonly string[], under: readonly string[] = []): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), "modemkeeper-tests-"));
  try {
    const file = join(folder, "report.json");
    const reporters = [`--reporter=${process.env.CI ? "verbose" : "default"}`, "--reporter=json"];
    const selected = projects.flatMap((project) => ["--project", project]);
    const { exitCode } = await run`${[...under]} vitest run ${selected} ${reporters} ${`--outputFile.json=${file}`}`;
    const text = await readFile(file, "utf8").catch(() => undefined);
    return tallyOf(text === undefined ? undefined : JSON.parse(text), exitCode);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
