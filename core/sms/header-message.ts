import type { Alphabet, IncomingMessage } from "../model/message.ts";
import { bodyAlphabet, bodyText } from "./file-body.ts";
import { plainSender } from "./file-fields.ts";
import type { FileHeaders } from "./file-headers.ts";
import { decodeSeptets } from "./gsm7.ts";
import { readReportBody } from "./status-report.ts";

type HeaderMessage = Omit<IncomingMessage, "id" | "modem" | "receivedAt" | "incomplete" | "imsi">;

const ONE_PART = { received: 1, total: 1 };

/** What smsd's headers say where there is no PDU: missed calls, and files written with another `store_received_pdu`. */
export function messageOfHeaders(headers: FileHeaders, body: Uint8Array): HeaderMessage {
  const { fields } = headers;
  const common = { basis: "headers", from: senderOf(headers), parts: ONE_PART, flash: false } as const;
  if (fields.get("Call_type") !== undefined) return { ...common, kind: "missed-call", alphabet: "gsm7" };
  const header = bodyAlphabet(fields.get("Alphabet"));
  const text = bodyText(body, header);
  // smsd writes `UDH: no` into reports and not into texts: a text that looks like a report is none (3.1.21, measured).
  const report = text !== undefined && fields.get("UDH") === "no" ? readReportBody(text) : undefined;
  if (report) return { ...common, kind: "status-report", alphabet: "gsm7", report };
  const udh = fields.get("UDH-DATA")?.replaceAll(" ", "");
  return {
    ...common,
    kind: "message",
    alphabet: alphabetOf(header),
    ...(text === undefined ? { data: Buffer.from(body).toString("base64") } : { text }),
    flash: fields.get("Flash") === "yes",
    ...(udh && { udh }),
  };
}

function alphabetOf(header: ReturnType<typeof bodyAlphabet>): Alphabet {
  if (header === "binary") return "binary";
  return header === "ucs2" ? "ucs2" : "gsm7";
}

/** International numbers come without their plus. */
function senderOf({ from, named, international }: FileHeaders): string {
  if (named) return plainSender(decodeSeptets(Array.from(Buffer.from(from, "latin1"), (octet) => octet & 0x7f)));
  const sender = plainSender(from);
  return international && /^\d+$/.test(sender) ? `+${sender}` : sender;
}
