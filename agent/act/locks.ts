import type { AgentHost } from "../../core/agent-ports.ts";
import { filesIn } from "../../core/files-in.ts";
import type { Spool } from "../../core/model/inventory.ts";
import { readSmall } from "../observe/small-file.ts";

type SpoolHost = Pick<AgentHost, "files" | "stats" | "smsd">;

/** `<pid> <modem>`; smsd's main process writes its own name (smstools 3.1.21). */
const CONTENT = /^(\d{1,10})(?: |\n|$)/;
const MAX_BYTES = 256;

/** Whether this is the name of the file by which smsd locks a message. */
export function isSpoolLock(name: string): boolean {
  return name.endsWith(".LOCK");
}

/**
 * Removes `.LOCK` files whose smsd is gone: smsd passes by a message that is locked, and only its next start would free it.
 * Those of other programs, and what is no lock, stay. Returns how many were removed.
 */
export async function removeStaleLocks(host: SpoolHost, spool: Spool): Promise<number> {
  const alive = new Set((await host.smsd.processes()).map(({ pid }) => pid));
  let removed = 0;
  for (const folder of [spool.outgoing, spool.checked, spool.sent, spool.failed]) {
    for (const { name } of await filesIn(host.stats, folder, isSpoolLock)) {
      if (await removeIfStale(host, `${folder}/${name}`, alive)) removed += 1;
    }
  }
  return removed;
}

/** True if the lock was removed: its content names a process, which is no smsd of now and no other program either. */
export async function removeIfStale(host: SpoolHost, path: string, smsds: ReadonlySet<number>): Promise<boolean> {
  const pid = await lockedBy(host, path);
  if (pid === undefined || smsds.has(pid)) return false;
  const [process] = await host.stats.of([`/proc/${pid}`]);
  if (process) return false;
  await host.files.remove(path);
  return true;
}

/** The process that a `.LOCK` file names; undefined for what is no lock. */
export async function lockedBy(host: SpoolHost, path: string): Promise<number | undefined> {
  const entry = await readSmall(host, path, MAX_BYTES);
  const pid = entry?.kind === "file" ? CONTENT.exec(entry.content)?.[1] : undefined;
  return pid === undefined ? undefined : Number(pid);
}
