import { writeFileSync } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { smsdFile } from "../test/helpers/incoming/smsd-file.ts";

const SENDERS = 200;
/** Milliseconds. */
const LOOK_EVERY = 20;

/** Puts `count` messages of many senders into a folder, as smsd has written them. `first`: the number in the first text. */
export function fill(incoming: string, count: number, first = 0): void {
  for (let mark = first; mark < first + count; mark++) {
    const from = `+49171${1_000_000 + (mark % SENDERS)}`;
    const name = `GSM1.${mark.toString(36).padStart(6, "0")}`;
    writeFileSync(join(incoming, name), smsdFile({ from, text: `mark-${mark}` }));
  }
}

/** Settles when nothing is in the folder any more. */
export async function empty(folder: string): Promise<void> {
  while (await holdsAnything(folder)) await sleep(LOOK_EVERY);
}

/** Looks at the first entry only: a folder of 100,000 is not read for it. */
export async function holdsAnything(folder: string): Promise<boolean> {
  const entries = await opendir(folder);
  try {
    return (await entries.read()) !== null;
  } finally {
    await entries.close();
  }
}
