import { randomBytes } from "node:crypto";
import { ModemkeeperError } from "../../core/errors.ts";
import type { SmsdSection } from "../../core/model/inventory.ts";
import type { Clock, Files, Smsd } from "../../core/ports.ts";

/** A message in smsd's queue. */
export interface Queued {
  /** Its name in every folder of smsd that it passes. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

type QueueHost = { readonly files: Pick<Files, "read" | "write">; readonly clock: Pick<Clock, "now"> };

/** Whose message it is: somebody's, or a notice of the agent's own. */
export type Purpose = "message" | "notice";

/** smsd rewrites a message's head and removes it, and everybody of its group may read along. */
const MODE = 0o640;

/** Whether somebody is there who sends; also an smsd that was started by hand. */
export async function smsdRuns({ smsd }: { readonly smsd: Pick<Smsd, "processes"> }): Promise<boolean> {
  return (await smsd.processes()).length > 0;
}

/**
 * Puts a message into smsd's queue, whole or not at all: smsd ignores names that begin with a dot, and the last of these steps
 * is a rename. `content` has one character for each octet, as `compose` makes it. The name tells the purpose: that a notice
 * could not be sent must not become a notice that is sent the same way.
 * @throws ModemkeeperError precondition-missing if there is no such queue; io if it cannot be written
 */
export async function queueMessage(
  { files, clock }: QueueHost,
  { spool, user, group }: SmsdSection,
  content: string,
  purpose: Purpose = "message",
): Promise<Queued> {
  if ((await files.read(spool.outgoing))?.kind !== "directory") {
    throw new ModemkeeperError("precondition-missing", `smsd has no queue: there is no folder ${spool.outgoing}`, {
      why: "smsd sends what is put there",
      fix: "provision apply makes it",
    });
  }
  const since = clock.now().getTime();
  const name = `${PREFIX[purpose]}${timeAndChance(since)}`;
  await files.write(`${spool.outgoing}/${name}`, { content, encoding: "latin1", mode: MODE, owner: user, group });
  return { name, since };
}

/** smsd gives names to a shell when it runs a handler: nothing but `[A-Za-z0-9._-]` may stand in them. */
const PREFIX = { message: "modemkeeper-", notice: "modemkeeper-notice-" } as const;

/** Whether a message in one of smsd's folders is a notice of the agent's own. */
export function isNotice(name: string): boolean {
  return name.startsWith(PREFIX.notice);
}

function timeAndChance(now: number): string {
  const time = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replaceAll(/[-:]/g, "");
  return `${time}-${randomBytes(4).toString("hex")}`;
}
