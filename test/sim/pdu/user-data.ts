import { type Encoding, PduError, type PduReader } from "./fields.ts";
import { pack, septetsOf, textOf, unpack } from "./gsm7.ts";

/** Place of a part in a long message (23.040, 9.2.3.24.1). */
export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  /** From 1. */
  readonly part: number;
}

export interface UserData {
  /** Text; of 8-bit data, its octets as hex. */
  readonly text: string;
  /** User data header without its length octet, as hex; empty if there is none. */
  readonly header: string;
  readonly concatenation?: Concatenation;
}

/** One part ready to go into a PDU: TP-UDL counts septets for GSM-7, octets otherwise. */
export interface EncodedPart {
  readonly length: number;
  readonly octets: Buffer;
  readonly hasHeader: boolean;
}

export type Content =
  | { readonly encoding: "gsm7" | "ucs2"; readonly text: string }
  | { readonly encoding: "8bit"; readonly data: Buffer };

/** The text as GSM-7 if the alphabet has all of it, else as UCS-2. */
export function contentOf(text: string): Content {
  return { encoding: septetsOf(text) ? "gsm7" : "ucs2", text };
}

const CONCATENATION_8 = 0x00;
const CONCATENATION_16 = 0x08;
const HEADER = { octets: 6, septets: 7 };
const LIMIT = { gsm7: 160, octets: 140 };

/** Cuts the content into as many parts as it needs; `reference` joins them. */
export function encodeParts(content: Content, reference: number): EncodedPart[] {
  return content.encoding === "gsm7" ? septetParts(content.text, reference) : octetParts(content, reference);
}

function septetParts(text: string, reference: number): EncodedPart[] {
  const characters = septetsOf(text);
  if (!characters) throw new PduError("text has characters outside GSM-7");
  const chunks = cut(characters, LIMIT.gsm7, LIMIT.gsm7 - HEADER.septets);
  return chunks.map((chunk, index) => {
    const septets = chunk.flat();
    if (chunks.length === 1) return { length: septets.length, octets: pack(septets), hasHeader: false };
    const header = concatenationHeader(reference, chunks.length, index + 1);
    const octets = Buffer.concat([header, pack(septets, 1)]);
    return { length: septets.length + HEADER.septets, octets, hasHeader: true };
  });
}

function octetParts(content: Content, reference: number): EncodedPart[] {
  const units = content.encoding === "8bit" ? [...content.data].map((octet) => [octet]) : utf16Characters(content);
  const chunks = cut(units, LIMIT.octets, LIMIT.octets - HEADER.octets);
  return chunks.map((chunk, index) => {
    const body = Buffer.from(chunk.flat());
    if (chunks.length === 1) return { length: body.length, octets: body, hasHeader: false };
    const octets = Buffer.concat([concatenationHeader(reference, chunks.length, index + 1), body]);
    return { length: octets.length, octets, hasHeader: true };
  });
}

/** Octets per character, so that no part ends inside a surrogate pair. */
function utf16Characters(content: Content): number[][] {
  const text = content.encoding === "8bit" ? "" : content.text;
  return [...text].map((char) => [...Buffer.from(char, "utf16le").swap16()]);
}

function cut<T>(characters: readonly (readonly T[])[], whole: number, part: number): (readonly (readonly T[])[])[] {
  const size = characters.reduce((sum, character) => sum + character.length, 0);
  if (size <= whole) return [characters];
  const chunks: (readonly T[])[][] = [[]];
  let room = part;
  for (const character of characters) {
    if (character.length > room) {
      chunks.push([]);
      room = part;
    }
    chunks.at(-1)?.push(character);
    room -= character.length;
  }
  return chunks;
}

function concatenationHeader(reference: number, total: number, part: number): Buffer {
  return Buffer.from([5, CONCATENATION_8, 3, reference & 0xff, total, part]);
}

/** Reads TP-UDL and TP-UD. */
export function readUserData(reader: PduReader, encoding: Encoding, hasHeader: boolean): UserData {
  const length = reader.octet();
  const octets = reader.take(encoding === "gsm7" ? Math.ceil((length * 7) / 8) : length);
  const headerSize = hasHeader ? (octets[0] ?? 0) + 1 : 0;
  if (headerSize > octets.length) throw new PduError("user data header is longer than the user data");
  const header = octets.subarray(hasHeader ? 1 : 0, headerSize);
  const concatenation = findConcatenation(header);
  return {
    text: decodeBody(octets, length, encoding, headerSize),
    header: header.toString("hex").toUpperCase(),
    ...(concatenation ? { concatenation } : {}),
  };
}

function decodeBody(octets: Buffer, length: number, encoding: Encoding, headerSize: number): string {
  const body = octets.subarray(headerSize);
  if (encoding === "8bit") return body.toString("hex").toUpperCase();
  if (encoding === "ucs2") {
    const even = Buffer.from(body.subarray(0, body.length & ~1));
    return even.swap16().toString("utf16le");
  }
  const headerSeptets = Math.ceil((headerSize * 8) / 7);
  return textOf(unpack(body, length - headerSeptets, headerSeptets * 7 - headerSize * 8));
}

function findConcatenation(header: Buffer): Concatenation | undefined {
  for (let at = 0; at + 1 < header.length; ) {
    const id = header[at];
    const size = header[at + 1] ?? 0;
    const data = [...header.subarray(at + 2, at + 2 + size)];
    if (id === CONCATENATION_16 && data.length === 4) data.splice(0, 2, ((data[0] ?? 0) << 8) | (data[1] ?? 0));
    const [reference, total, part] = data;
    const known = id === CONCATENATION_8 || id === CONCATENATION_16;
    if (known && reference !== undefined && total !== undefined && part !== undefined)
      return { reference, total, part };
    at += 2 + size;
  }
  return undefined;
}
