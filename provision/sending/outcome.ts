import type { SmsdSection, Spool } from "../../core/model/inventory.ts";
import type { Clock, Files } from "../../core/ports.ts";
import { type Notes, readNotes } from "./notes.ts";

/** Where a message is that smsd was given. */
export type Place = "outgoing" | "checked" | "sent" | "failed";

export type SendingOutcome =
  | { readonly outcome: "sent"; readonly seconds: number; readonly modem?: string; readonly messageId?: number }
  | { readonly outcome: "failed"; readonly seconds: number; readonly modem?: string; readonly reason: string }
  /** In smsd's queue when the time was over: `outgoing` if smsd has not looked at it yet, `checked` if a modem shall send it. */
  | { readonly outcome: "waiting"; readonly seconds: number; readonly place: "outgoing" | "checked" }
  /** In none of smsd's folders: another program took it away. */
  | { readonly outcome: "gone"; readonly seconds: number };

export interface Following {
  /** Name of the message in smsd's folders. */
  readonly name: string;
  /** Milliseconds since 1970 at which it was put there. */
  readonly since: number;
  /** Milliseconds. */
  readonly timeout: number;
}

type FollowingHost = { readonly files: Pick<Files, "read">; readonly clock: Clock };

const POLL_MS = 100;
/** smsd copies a message to its next folder before it takes it from the last: it is always somewhere, unless it was taken away. */
const GONE_AFTER_LOOKS = 3;

/** Whether messages keep their names from folder to folder, so that one can be followed. */
export function canBeFollowed({ settings }: Pick<SmsdSection, "settings">): boolean {
  return settings.keep_filename !== false;
}

/** Follows a message through smsd's folders until it is sent or has failed, the time is over, or `signal` aborts. */
export async function waitForOutcome(
  host: FollowingHost,
  spool: Spool,
  { name, since, timeout }: Following,
  signal: AbortSignal,
): Promise<SendingOutcome> {
  for (let misses = 0; ; ) {
    const found = await find(host, spool, name);
    const seconds = Math.max(0, host.clock.now().getTime() - since) / 1000;
    if (found?.place === "sent") return { outcome: "sent", seconds, ...sentNotes(found.notes) };
    if (found?.place === "failed") return { outcome: "failed", seconds, ...failedNotes(found.notes) };
    misses = found ? 0 : misses + 1;
    if (misses >= GONE_AFTER_LOOKS) return { outcome: "gone", seconds };
    if (found && (seconds * 1000 >= timeout || signal.aborted))
      return { outcome: "waiting", seconds, place: found.place };
    await host.clock.sleep(POLL_MS, signal);
  }
}

type Found = { readonly place: "outgoing" | "checked" } | { readonly place: "sent" | "failed"; readonly notes: Notes };

/**
 * One look, in the order in which a message passes: what is found first is where it is. smsd copies and then removes, so the
 * file in the next folder is whole only when that in the last is gone.
 */
async function find({ files }: FollowingHost, spool: Spool, name: string): Promise<Found | undefined> {
  for (const place of ["outgoing", "checked"] as const) {
    if (await files.read(`${spool[place]}/${name}`)) return { place };
  }
  for (const place of ["sent", "failed"] as const) {
    const entry = await files.read(`${spool[place]}/${name}`);
    if (entry) return { place, notes: entry.kind === "file" ? readNotes(entry.content) : {} };
  }
  return undefined;
}

function sentNotes({ modem, messageId }: Notes): { readonly modem?: string; readonly messageId?: number } {
  return { ...(modem ? { modem } : {}), ...(messageId === undefined ? {} : { messageId }) };
}

function failedNotes({ modem, reason }: Notes): { readonly modem?: string; readonly reason: string } {
  return { ...(modem ? { modem } : {}), reason: reason ?? "smsd gave no reason" };
}
