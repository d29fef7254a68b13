import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { processFile } from "./process-table.ts";

/** True when somebody holds an flock on the file, by the kernel's own list (/proc/locks, proc(5)). */
export function isFlocked(proc: string, path: string): boolean {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  // By inode alone: on an overlay the list names another device than stat does. Who holds it is asked next, exactly.
  return inode !== undefined && parseFlocks(textOf(join(proc, "locks"))).includes(inode);
}

/** True when this very descriptor carries an exclusive flock. */
export function flockOn(proc: string, pid: number, descriptor: string): boolean {
  return /^lock:.*FLOCK\s+\S+\s+WRITE/m.test(processFile(proc, pid, `fdinfo/${descriptor}`) ?? "");
}

/** Inodes with an exclusive flock. `1: FLOCK  ADVISORY  WRITE 708 08:01:1234 0 EOF`; a line with `->` only waits. */
export function parseFlocks(text: string): readonly number[] {
  return [...text.matchAll(/^\d+: FLOCK\s+\S+\s+WRITE\s+-?\d+\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/gm)].map((match) =>
    Number(match[1]),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
