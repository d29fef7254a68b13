import type { RawName, SpoolFiles } from "../../core/delivery-ports.ts";
import type { IncomingSection } from "../../core/model/inventory.ts";
import { readName, whyOf } from "./names.ts";
import type { SeenIds } from "./seen-ids.ts";

/** Removed at a time: a disk on a card has better things to do. */
const MOST_REMOVED = 1_000;
/** Removed between two pauses for others. */
const SLICE = 20;
const DAY_MS = 86_400_000;

type Section = Pick<IncomingSection, "processed" | "deadLetter" | "keepFor" | "keepAtMost">;

/** Reads from the names of what has been put away which messages came before. Returns how many dead letters there are. */
export async function rememberNames(
  spoolFiles: SpoolFiles,
  { processed, deadLetter }: Section,
  seen: SeenIds,
): Promise<number> {
  for await (const names of spoolFiles.names(processed)) {
    for (const name of names) {
      const known = readName(name);
      // What came again was put away after the first, which may still lie in smsd's folder.
      if (known && !known.duplicate) seen.add(known.id, known.at);
    }
  }
  let count = 0;
  for await (const names of spoolFiles.names(deadLetter)) {
    for (const name of names) {
      const known = readName(name);
      if (!known) continue;
      seen.add(known.id, "for-ever");
      count += 1;
    }
  }
  return count;
}

export async function countDeadLetters(spoolFiles: SpoolFiles, { deadLetter }: Section): Promise<number> {
  let count = 0;
  for await (const names of spoolFiles.names(deadLetter)) count += names.filter((name) => readName(name)).length;
  return count;
}

/** An agent that was killed between the two leaves a reason without its letter. */
export async function removeLoneReasons(spoolFiles: SpoolFiles, { deadLetter: folder }: Section): Promise<void> {
  for await (const names of spoolFiles.names(folder)) {
    for (const name of names) {
      const letter = whyOf(name);
      if (letter !== undefined && !spoolFiles.look({ folder, name: letter })) await spoolFiles.remove({ folder, name });
    }
  }
}

/**
 * Removes the eldest of the processed messages: those that are too old, and those that are too many. True if there are more
 * than it removes at a time. `now`: milliseconds since 1970.
 */
export async function removeOld(spoolFiles: SpoolFiles, section: Section, now: number): Promise<boolean> {
  const { processed: folder, keepFor, keepAtMost } = section;
  if (keepFor === 0 && keepAtMost === 0) return false;
  const { names, count } = await eldest(spoolFiles, folder);
  const tooMany = keepAtMost === 0 ? 0 : Math.max(0, count - keepAtMost);
  const limit = keepFor === 0 ? Number.NEGATIVE_INFINITY : now - keepFor * DAY_MS;
  const old = names.filter((name, index) => index < tooMany || (readName(name)?.at ?? now) < limit);
  for (const [index, name] of old.entries()) {
    await spoolFiles.remove({ folder, name });
    if (index % SLICE === SLICE - 1) await new Promise((resume) => setImmediate(resume));
  }
  return old.length === MOST_REMOVED;
}

/** Names begin with their time. Of a million only some are kept in memory at a time. */
async function eldest(
  spoolFiles: SpoolFiles,
  folder: string,
): Promise<{ readonly names: readonly RawName[]; readonly count: number }> {
  let names: RawName[] = [];
  let count = 0;
  for await (const group of spoolFiles.names(folder)) {
    const ours = group.filter((name) => readName(name) !== undefined);
    count += ours.length;
    names.push(...ours);
    if (names.length > 4 * MOST_REMOVED) names = names.sort().slice(0, MOST_REMOVED);
  }
  return { names: names.sort().slice(0, MOST_REMOVED), count };
}
