import type { Spool } from "../../core/model/inventory.ts";
import type { QueueObservation, SpoolObservation } from "../model/observation.ts";
import type { FolderSummary, Folders } from "./folders.ts";

/** How many messages wait where, and how long the eldest does. `now`: milliseconds since 1970. */
export async function observeSpool(folders: Folders, spool: Spool, now: number): Promise<SpoolObservation> {
  const queue = async (folder: string) => queueOf(await folders.summary(folder), now);
  const [incoming, outgoing, checked, failed] = await Promise.all([
    queue(spool.incoming),
    queue(spool.outgoing),
    queue(spool.checked),
    queue(spool.failed),
  ]);
  return { incoming, outgoing, checked, failed };
}

function queueOf({ messages, eldest }: FolderSummary, now: number): QueueObservation {
  return { count: messages, oldest: Math.max(0, now - eldest) };
}
