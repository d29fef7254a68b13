import type { Alphabet } from "../model/message.ts";
import { unpackSeptets } from "./gsm7.ts";
import { PduFault, type PduOctets } from "./pdu-octets.ts";

/** Place of a part in a long message (3GPP TS 23.040, 9.2.3.24.1 and .8). */
export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  /** From 1. */
  readonly part: number;
}

export interface UserDataHeader {
  /** Upper-case hex of the whole header, its length first. */
  readonly hex: string;
  readonly concatenation?: Concatenation;
  readonly ports?: { readonly destination: number; readonly source: number };
  /** National language whose table replaces the default alphabet (23.038, 6.2.1.2.4). */
  readonly lockingShift?: number;
  /** National language whose table replaces the extension table. */
  readonly singleShift?: number;
}

export interface UserData {
  readonly header?: UserDataHeader;
  /** Behind the header: septets of GSM-7, octets of the others. */
  readonly content: Uint8Array | readonly number[];
}

/** Information elements of the header (23.040, 9.2.3.24). */
const ELEMENT = {
  concatenation8: 0x00,
  ports8: 0x04,
  ports16: 0x05,
  concatenation16: 0x08,
  singleShift: 0x24,
  lockingShift: 0x25,
} as const;

/** Reads TP-UDL and TP-UD. */
export function readUserData(pdu: PduOctets, alphabet: Alphabet, hasHeader: boolean): UserData {
  const length = pdu.octet("length of the text");
  const octets = pdu.take(alphabet === "gsm7" ? Math.ceil((length * 7) / 8) : length, "text");
  const size = hasHeader ? (octets[0] ?? 0) + 1 : 0;
  if (size > octets.length) throw new PduFault("the PDU has a user data header longer than its user data");
  const body = octets.subarray(size);
  const headerSeptets = Math.ceil((size * 8) / 7);
  const content =
    alphabet === "gsm7" ? unpackSeptets(body, Math.max(0, length - headerSeptets), headerSeptets * 7 - size * 8) : body;
  return { ...(hasHeader && { header: readHeader(octets.subarray(0, size)) }), content };
}

/** An element that does not fit ends the reading; one with impossible values is ignored (23.040, 9.2.3.24). */
function readHeader(octets: Uint8Array): UserDataHeader {
  let header: UserDataHeader = { hex: Buffer.from(octets).toString("hex").toUpperCase() };
  for (let at = 1; at + 1 < octets.length; ) {
    const size = octets[at + 1] ?? 0;
    const value = octets.subarray(at + 2, at + 2 + size);
    if (value.length < size) break;
    header = { ...header, ...readElement(octets[at] ?? 0, value) };
    at += 2 + size;
  }
  return header;
}

function readElement(id: number, value: Uint8Array): Partial<UserDataHeader> {
  const [a = 0, b = 0, c = 0, d = 0] = value;
  switch (`${id}/${value.length}`) {
    case `${ELEMENT.concatenation8}/3`:
      return concatenated(a, b, c);
    case `${ELEMENT.concatenation16}/4`:
      return concatenated((a << 8) | b, c, d);
    case `${ELEMENT.ports8}/2`:
      return { ports: { destination: a, source: b } };
    case `${ELEMENT.ports16}/4`:
      return { ports: { destination: (a << 8) | b, source: (c << 8) | d } };
    case `${ELEMENT.lockingShift}/1`:
      return { lockingShift: a };
    case `${ELEMENT.singleShift}/1`:
      return { singleShift: a };
    default:
      return {};
  }
}

function concatenated(reference: number, total: number, part: number): Partial<UserDataHeader> {
  return part >= 1 && part <= total ? { concatenation: { reference, total, part } } : {};
}
