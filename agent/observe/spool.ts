import type { Spool } from "../../core/model/inventory.ts";
import { isMessageName } from "../../core/sms/message-name.ts";
import type { QueueObservation, SpoolObservation } from "../model/observation.ts";
import type { FolderEntry, Folders } from "./folders.ts";

/** How many messages wait where, and how long the eldest does. `now`: milliseconds since 1970. */
export async function observeSpool(folders: Folders, spool: Spool, now: number): Promise<SpoolObservation> {
  const queue = async (folder: string) => queueOf(await folders.list(folder), now);
  const [incoming, outgoing, checked, failed] = await Promise.all([
    queue(spool.incoming),
    queue(spool.outgoing),
    queue(spool.checked),
    queue(spool.failed),
  ]);
  return { incoming, outgoing, checked, failed };
}

function queueOf(entries: readonly FolderEntry[], now: number): QueueObservation {
  const messages = entries.filter(({ name }) => isMessageName(name));
  const eldest = messages.reduce((least, { modifiedAt }) => Math.min(least, modifiedAt), now);
  return { count: messages.length, oldest: now - eldest };
}
