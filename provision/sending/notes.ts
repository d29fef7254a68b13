import { printable } from "../../core/diagnostics.ts";

/** What smsd has noted in the head of a message that it is done with. Whoever wrote the message may have forged any of it. */
export interface Notes {
  /** The number or short code as it stands there; for counting and comparing, never for showing. */
  readonly to?: string;
  readonly modem?: string;
  /** Why it failed, in the words of smsd or the modem; one line, unable to drive a terminal. */
  readonly reason?: string;
  /** smsd's number of the message; only where a status report was asked for. */
  readonly messageId?: number;
}

/** smsd's own headers stand below those that the message came with, all within the first few hundred octets. */
const HEAD_LIMIT = 16_384;
const LONGEST_REASON = 160;
const LONGEST_NAME = 60;

/** Reads the head of a file in smsd's `sent` or `failed` folder; of a header that stands there twice, the last, as smsd does. */
export function readNotes(content: string): Notes {
  const headers = headersOf(content);
  const to = headers.get("to");
  const modem = headers.get("modem");
  const reason = headers.get("fail_reason");
  const messageId = headers.get("message_id");
  return {
    ...(to ? { to: to.slice(0, LONGEST_NAME) } : {}),
    ...(modem ? { modem: printable(modem).slice(0, LONGEST_NAME) } : {}),
    ...(reason ? { reason: printable(reason).slice(0, LONGEST_REASON) } : {}),
    ...(messageId !== undefined && /^\d{1,9}$/.test(messageId) ? { messageId: Number(messageId) } : {}),
  };
}

function headersOf(content: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of content.slice(0, HEAD_LIMIT).split("\n")) {
    if (line.trim() === "") break;
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
