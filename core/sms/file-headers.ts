import { decodePdu, type Pdu } from "./pdu.ts";

/** What stands above a message's text, as far as it can be trusted. */
export interface FileHeaders {
  /** Where the body begins. */
  readonly bodyAt: number;
  /** smsd itself could not read the message. */
  readonly undecoded: boolean;
  /** As smsd wrote it: Latin-1, or the septets of a name, one an octet. */
  readonly from: string;
  /** The sender has a name and not a number. */
  readonly named: boolean;
  /** Its number is international. */
  readonly international: boolean;
  /** Headers that only smsd can have written; the first of each name. */
  readonly fields: ReadonlyMap<string, string>;
  /** PDUs among them, in the order of the file. */
  readonly pdus: readonly PduLine[];
}

export interface PduLine {
  readonly hex: string;
  readonly pdu: Pdu;
}

/** 255 PDUs of 176 octets and the other lines are less. */
const LONGEST = 128 * 1024;

/**
 * A sender's name has at most 11 characters (3GPP TS 23.040, 9.1.2.5), and smsd 3.1.21 writes them unchanged, line feeds too.
 * So a blank line that begins within so many octets of the sender may be a forged one.
 */
const LONGEST_NAME = 11;

const BEGINNING = /^(?:(?:Error|Warning)[^\n]*\n)*From:(?: |(?=\n))/;
const FIELD = /^([A-Za-z][A-Za-z_-]*):(?: (.*))?$/;
const PDU_LINE = /^PDU: ([0-9A-Fa-f]+)$/;

/**
 * Undefined as long as the header has no end. Lines that a name forges stand between `From:` and the last `From_TOA:` in front
 * of the first real PDU, which no name is long enough to forge; nothing there is taken for a header.
 */
export function readHeaders(content: Uint8Array): FileHeaders | undefined {
  const head = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, LONGEST)).toString("latin1");
  const beginning = BEGINNING.exec(head)?.[0];
  const fromAt = beginning?.length ?? 0;
  const end = head.indexOf("\n\n", beginning === undefined ? 0 : fromAt + LONGEST_NAME);
  if (end < 0) return undefined;
  const lines = head.slice(fromAt, end).split("\n");
  const decoded = lines.map(readPduLine);
  const firstPdu = decoded.findIndex((line) => line !== undefined && line.pdu.kind !== "malformed");
  const above = firstPdu < 0 ? lines.length : firstPdu;
  const type = lines.findLastIndex((line, index) => index < above && line.startsWith("From_TOA:"));
  return {
    bodyAt: end + 2,
    undecoded: head.startsWith("Error"),
    from: lines.slice(0, Math.max(1, type)).join("\n"),
    named: lines[type]?.includes("alphanumeric") ?? false,
    international: lines[type]?.startsWith("From_TOA: 91") ?? false,
    fields: fieldsOf(lines.slice(Math.max(type, beginning === undefined ? 0 : 1))),
    pdus: decoded.slice(Math.max(0, type)).filter((line) => line !== undefined),
  };
}

function readPduLine(line: string): PduLine | undefined {
  const hex = PDU_LINE.exec(line)?.[1];
  return hex === undefined ? undefined : { hex: hex.toUpperCase(), pdu: decodePdu(hex) };
}

function fieldsOf(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ""] = FIELD.exec(line) ?? [];
    if (name !== undefined && !fields.has(name)) fields.set(name, value.trim());
  }
  return fields;
}
