import { ModemkeeperError } from "../../core/errors.ts";
import type { Archive, Opened, Standing } from "../incoming/archive.ts";

const ID_START = /^[0-9a-f]{1,32}$/;

/**
 * The message with this id, or the only one whose id begins so; if it came again, the first of it.
 * @throws ModemkeeperError usage for what is no id or begins several, not-found
 */
export async function findMessage(archive: Archive, typed: string, standings: readonly Standing[]): Promise<Opened> {
  const start = typed.toLowerCase();
  if (!ID_START.test(start)) {
    throw new ModemkeeperError("usage", `${JSON.stringify(typed)} is no id of a message`, {
      fix: "`modemkeeper sms list` shows ids",
    });
  }
  const found = new Map<string, Opened>();
  for await (const filed of archive.all(standings)) {
    if (filed.id !== undefined && !filed.id.startsWith(start)) continue;
    const opened = archive.open(filed);
    if (!opened?.id.startsWith(start)) continue;
    const before = found.get(opened.id);
    if (!before || before.standing === "duplicate") found.set(opened.id, opened);
  }
  const [only, another] = found.values();
  if (only && !another) return only;
  if (another) {
    throw new ModemkeeperError("usage", `${found.size} messages have an id that begins with ${start}`, {
      fix: "write more of the id",
    });
  }
  throw new ModemkeeperError("not-found", `there is no such message: ${start}`, {
    fix: "`modemkeeper sms list` shows ids; processed messages are kept for incoming.keep_for",
  });
}
