import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { endProcess } from "../helpers/end-process.ts";
import { scratchFolder } from "../unit/host/scratch.ts";

/*
 * Appending to a file of lines by a process that is killed amid it, or whose disk is full. What it said to be appended must
 * be there, whole.
 */

const WRITER = join(import.meta.dirname, "../helpers/line-writer.ts");

interface Task {
  readonly path: string;
  readonly first: number;
  readonly count: number;
  readonly rotateAt: number;
  readonly keep: number;
  /** Largest file that it may write, units of 512 octets. */
  readonly largest?: number;
}

function startWriter({ path, first, count, rotateAt, keep, largest }: Task): ChildProcess {
  const args = ["--import", "tsx", WRITER, path, ...[first, count, rotateAt, keep].map(String)];
  const limit = largest === undefined ? "" : `trap '' XFSZ; ulimit -f ${largest};`;
  return spawn("/bin/sh", ["-c", `${limit} exec "$@"`, "sh", process.execPath, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Numbers of the whole lines in all files, the eldest first; what is no JSON is the half of a line. */
function linesIn(path: string): readonly number[] {
  const names = readdirSync(dirname(path)).sort((one, other) => ageOf(other) - ageOf(one));
  return names.flatMap((name) => {
    const text = readFileSync(join(dirname(path), name), "utf8");
    return text.split("\n").flatMap((line) => {
      try {
        return [(JSON.parse(line) as { readonly number: number }).number];
      } catch {
        return [];
      }
    });
  });
}

function ageOf(name: string): number {
  return Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
}

describe("a file of lines", () => {
  test("has every line that was said to be appended, however often its writer is killed", async () => {
    const path = join(await scratchFolder(), "log/lines");
    const appended: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const task = { path, first: round * 100_000, count: 100_000, rotateAt: 40_000, keep: 1_000 };
      const writer = startWriter(task);
      const patience = 200 + 150 * round;
      let heard = 0;
      for await (const line of createInterface({ input: writer.stdout as NodeJS.ReadableStream })) {
        const [number = "", said] = line.split(" ");
        if (said === "appended") appended.push(Number(number));
        heard += 1;
        if (heard === patience) writer.kill("SIGKILL");
      }
      await endProcess(writer, "SIGKILL");
    }
    const found = linesIn(path);
    expect(appended.length).toBeGreaterThan(3_000);
    expect(appended.filter((number) => !new Set(found).has(number)).length).toBe(0);
    expect(new Set(found).size).toBe(found.length);
    expect([...found]).toEqual([...found].sort((one, other) => one - other));
  });

  test("on a full disk no line is half there, and everything goes on when there is room again", async () => {
    const path = join(await scratchFolder(), "log/lines");
    const full = startWriter({ path, first: 0, count: 300, rotateAt: 10_000_000, keep: 1, largest: 16 });
    const said: string[] = [];
    for await (const line of createInterface({ input: full.stdout as NodeJS.ReadableStream })) said.push(line);
    if (full.exitCode === null) await once(full, "exit");
    expect(full.exitCode).toBe(0);
    const refused = said.filter((line) => line.includes("refused"));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((line) => line.includes(`cannot append to ${path}: `))).toBe(true);
    const text = readFileSync(path, "utf8");
    expect(text.length).toBeLessThanOrEqual(8_192);
    expect(text.endsWith("\n")).toBe(true);
    expect(text.trim().split("\n").length).toBe(linesIn(path).length);
    expect(said.filter((line) => line.endsWith("appended")).length).toBe(linesIn(path).length);
    const roomy = startWriter({ path, first: 1_000, count: 10, rotateAt: 10_000_000, keep: 1 });
    roomy.stdout?.resume();
    await once(roomy, "exit");
    expect(linesIn(path).filter((number) => number >= 1_000)).toHaveLength(10);
    expect(existsSync(`${path}.1`)).toBe(false);
  });
});
