import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** USER_HZ, the unit of times in /proc/PID/stat: 100 on every Linux architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/*
 * /proc is made up by the kernel as it is read: no read of it waits for a disk, and by reading it synchronously a look at
 * 200 processes costs a fifth of what it costs through libuv's threads.
 */

/** Process ids of now. */
export function processIds(proc: string): readonly number[] {
  try {
    return readdirSync(proc).filter(isNumber).map(Number);
  } catch {
    return [];
  }
}

/** A file of a process; undefined for one that has ended, or that we may not look at. */
export function processFile(proc: string, pid: number, name: string): string | undefined {
  try {
    return readFileSync(join(proc, String(pid), name), "utf8");
  } catch {
    return undefined;
  }
}

/** When the machine was booted, milliseconds since 1970. */
export function bootTime(proc: string): number {
  try {
    return Number(/^btime (\d+)/m.exec(readFileSync(join(proc, "stat"), "utf8"))?.[1] ?? 0) * 1000;
  } catch {
    return 0;
  }
}

/** State letter and start (milliseconds since 1970) from /proc/PID/stat; undefined if that is no such text. */
export function parseStat(
  stat: string,
  boot: number,
): { readonly state: string; readonly startedAt: number } | undefined {
  // Fields count from after the command name, which may itself hold blanks and brackets (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  if (state === undefined || state === "") return undefined;
  return { state, startedAt: boot + (Number(fields[19]) * 1000) / TICKS_PER_SECOND };
}

export function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
