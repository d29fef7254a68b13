import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Series } from "./row.ts";

/** GNU time, Debian's package `time`: Node cannot ask what a child has used. */
const GNU_TIME = "/usr/bin/time";

/** A command to measure, as a whole process. */
export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One run of a command, from before it is started until it is gone. */
export interface Run {
  readonly seconds: number;
  readonly cpuSeconds?: number;
  readonly peakBytes?: number;
  readonly stdout: string;
}

/** @throws Error with the command's output unless it exits with 0 */
export async function measure(command: Command): Promise<Run> {
  if (!existsSync(GNU_TIME)) return run(command);
  const folder = await mkdtemp(join(tmpdir(), "bench-time-"));
  try {
    const file = join(folder, "used");
    const measured = await run({ ...command, argv: [GNU_TIME, "-o", file, "-f", "%U %S %M", "--", ...command.argv] });
    const [user = 0, system = 0, kibibytes = 0] = (await readFile(file, "utf8")).trim().split(" ").map(Number);
    return { ...measured, cpuSeconds: user + system, peakBytes: kibibytes * 1024 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run({ argv, env = {} }: Command): Promise<Run> {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) resolve({ seconds, stdout });
      else reject(new Error(`${argv.join(" ")}: exit code ${code}\n${stdout}${stderr}`));
    });
  });
}

/** Something to measure again and again. */
export interface Subject {
  readonly of: string;
  readonly once: () => Promise<Run>;
}

/** Measures by turns, A B A B …, so that what else the machine does hits all alike; a first turn only warms up. */
export async function byTurns(rounds: number, subjects: readonly Subject[]): Promise<readonly Series[]> {
  const runs = subjects.map((): Run[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { once }] of subjects.entries()) {
      const measured = await once();
      if (round > 0) runs[index]?.push(measured);
    }
  }
  return subjects.map(({ of }, index) => seriesOf(of, runs[index] ?? []));
}

function seriesOf(of: string, runs: readonly Run[]): Series {
  return {
    of,
    values: runs.map(({ seconds }) => seconds),
    cpuSeconds: runs.flatMap(({ cpuSeconds }) => cpuSeconds ?? []),
    peakBytes: runs.flatMap(({ peakBytes }) => peakBytes ?? []),
  };
}
