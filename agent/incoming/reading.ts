import { createHash } from "node:crypto";
import type { Place, SpoolFiles } from "../../core/delivery-ports.ts";
import type { IncomingMessage } from "../../core/model/message.ts";
import { type MessageFile, parseMessageFile } from "../../core/sms/message-file.ts";

/** What was found in a file of the spool. */
export type Reading =
  | {
      readonly kind: "message";
      readonly message: IncomingMessage;
      readonly octets: number;
      readonly modifiedAt: number;
    }
  /** smsd may still be writing it. */
  | { readonly kind: "later"; readonly octets: number; readonly modifiedAt: number }
  /** It never will be a message. `id` names its content. */
  | { readonly kind: "malformed"; readonly id: string; readonly reason: string; readonly modifiedAt: number }
  | { readonly kind: "unreadable"; readonly error: unknown }
  | { readonly kind: "gone" }
  /** A folder: nobody's message. */
  | { readonly kind: "folder" };

/** Nothing that a modem receives comes near it. */
export const LARGEST = 1_048_576;

/** `quiet`: nobody has written to it for long: it is as complete as it will be. */
export type ReadMessage = (place: Place, quiet: boolean) => Reading;

const ID_LENGTH = 32;
const TOO_BIG = `it is larger than ${LARGEST} octets, which no message is`;

export function messageReader(spoolFiles: SpoolFiles, modems: readonly string[]): ReadMessage {
  return (place, quiet) => {
    try {
      return read(spoolFiles, modems, place, quiet);
    } catch (error) {
      return { kind: "unreadable", error };
    }
  };
}

function read(spoolFiles: SpoolFiles, modems: readonly string[], place: Place, quiet: boolean): Reading {
  const file = spoolFiles.read(place, LARGEST);
  if (file === undefined) return { kind: "gone" };
  if (file.kind === "folder") return { kind: "folder" };
  const { modifiedAt } = file;
  if (file.kind !== "file") {
    const reason = file.kind === "too-big" ? TOO_BIG : "it is no regular file";
    return {
      kind: "malformed",
      id: hash(`${place.name} ${modifiedAt} ${file.size}`).slice(0, ID_LENGTH),
      reason,
      modifiedAt,
    };
  }
  const octets = file.content.length;
  const parsed = parseMessageFile(file.content, { fileName: place.name, modems, modifiedAt, hash });
  if (!quiet && !isComplete(parsed)) return { kind: "later", octets, modifiedAt };
  if (parsed.kind === "message") return { kind: "message", message: parsed.message, octets, modifiedAt };
  return { kind: "malformed", id: hash(file.content).slice(0, ID_LENGTH), reason: parsed.why, modifiedAt };
}

function isComplete(parsed: MessageFile): boolean {
  return parsed.kind === "malformed" || (parsed.kind === "message" && parsed.completeness === "complete");
}

function hash(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
