import { createHmac } from "node:crypto";
import type { Place, SpoolFiles } from "../../core/delivery-ports.ts";
import { readNotes } from "../../provision/sending/notes.ts";
import { isNotice } from "../../provision/sending/queue-message.ts";
import { maskDigits } from "../at/mask.ts";
import type { Learned } from "./learn.ts";

/** The longest message of 255 parts, with its PDU, is below this. */
const MAX_BYTES = 131_072;
/** smsd's notes stand in the head. */
const HEAD_BYTES = 16_384;
/** A file without a blank line is still being copied, or is not smsd's. */
const COPIED_WITHIN_MS = 2_000;

/**
 * Reads what became of one message. Undefined where there is nothing to learn: it is gone, a link, a folder; `unfinished`
 * while smsd is still writing it. `now`: milliseconds since 1970.
 */
export function readMessage(
  files: Pick<SpoolFiles, "read">,
  place: Place,
  outcome: Learned["outcome"],
  { machineId, now }: { readonly machineId: string; readonly now: number },
): Learned | "unfinished" | undefined {
  const file = files.read(place, MAX_BYTES);
  if (!file) return undefined;
  const at = Math.round(file.modifiedAt * 1000);
  if (file.kind !== "file") {
    return file.kind === "too-big" ? { outcome, at, reason: "its file is too large to be read" } : undefined;
  }
  const head = Buffer.from(file.content.subarray(0, HEAD_BYTES)).toString("latin1");
  const whole = head.includes("\n\n") || head.length === HEAD_BYTES;
  if (!whole && Math.abs(now - file.modifiedAt) < COPIED_WITHIN_MS) return "unfinished";
  const notes = readNotes(head);
  const destination = notes.to === undefined ? undefined : destinationKey(machineId, notes.to);
  return {
    outcome,
    at,
    ...(destination === undefined ? {} : { destination }),
    ...(notes.modem === undefined ? {} : { modem: maskDigits(notes.modem) }),
    ...(isNotice(place.name) ? { notice: true } : {}),
    reason: notes.reason === undefined ? "smsd gave no reason" : maskDigits(notes.reason),
  };
}

/**
 * Stands for a number: the same on this machine for all ways to write it. Keyed with the machine id, since all numbers of a
 * country are hashed in minutes; undefined where there is none to key it with.
 */
export function destinationKey(machineId: string, to: string): string | undefined {
  const number = to.replace(/^\s*(\+|00)/, "").replace(/[^0-9A-Za-z*#]/g, "");
  if (machineId === "" || number === "") return undefined;
  return createHmac("sha256", machineId).update(`modemkeeper-destination:${number}`).digest("hex").slice(0, 8);
}
