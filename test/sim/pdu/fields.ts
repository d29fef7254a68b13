import { pack, septetsOf, textOf, unpack } from "./gsm7.ts";

/** Walks a PDU; running over its end is an error, as a modem answers with CMS ERROR 304 (invalid PDU). */
export class PduReader {
  readonly #octets: Buffer;
  #at = 0;

  constructor(hex: string) {
    if (!/^([0-9A-Fa-f]{2})+$/.test(hex)) throw new PduError("not a string of hexadecimal octets");
    this.#octets = Buffer.from(hex, "hex");
  }

  get left(): number {
    return this.#octets.length - this.#at;
  }

  octet(): number {
    return this.take(1)[0] ?? 0;
  }

  take(count: number): Buffer {
    if (count > this.left) throw new PduError(`ends ${count - this.left} octets early`);
    this.#at += count;
    return this.#octets.subarray(this.#at - count, this.#at);
  }
}

export class PduError extends Error {
  override readonly name = "PduError";
}

const SEMI_OCTET = "0123456789*#abc";
const INTERNATIONAL = 0x91;
const UNKNOWN = 0x81;
const ALPHANUMERIC = 0xd0;

function swapDigits(digits: string): Buffer {
  const padded = digits.length % 2 ? `${digits}f` : digits;
  return Buffer.from([...padded].map((_, i) => hexDigit(padded[i ^ 1] ?? "f")).join(""), "hex");
}

function hexDigit(char: string): string {
  const code = char === "f" ? 15 : SEMI_OCTET.indexOf(char);
  if (code < 0) throw new PduError(`"${char}" is not a dialling digit`);
  return code.toString(16);
}

function readDigits(octets: Buffer, count: number): string {
  const nibbles = [...octets].flatMap((octet) => [octet & 15, octet >> 4]).slice(0, count);
  return nibbles.map((nibble) => SEMI_OCTET[nibble] ?? "").join("");
}

function isNumber(address: string): boolean {
  return /^\+?[0-9*#]+$/.test(address);
}

/** TP-OA / TP-DA / TP-RA: length in digits, type of address, digits or packed text (23.040, 9.1.2.5). */
export function encodeAddress(address: string): Buffer {
  if (!isNumber(address)) return encodeName(address);
  const digits = address.replace("+", "");
  const type = address.startsWith("+") ? INTERNATIONAL : UNKNOWN;
  return Buffer.concat([Buffer.from([digits.length, type]), swapDigits(digits)]);
}

function encodeName(name: string): Buffer {
  const septets = septetsOf(name)?.flat();
  if (!septets || septets.length > 11) throw new PduError(`"${name}" is not a sender of at most 11 GSM-7 characters`);
  const packed = pack(septets);
  return Buffer.concat([Buffer.from([Math.ceil((septets.length * 7) / 4), ALPHANUMERIC]), packed]);
}

export function readAddress(reader: PduReader): string {
  const length = reader.octet();
  const type = reader.octet();
  const octets = reader.take(Math.ceil(length / 2));
  if ((type & 0x70) === 0x50) return textOf(unpack(octets, Math.floor((length * 4) / 7)));
  return (type === INTERNATIONAL ? "+" : "") + readDigits(octets, length);
}

/** The service centre that precedes every PDU on the AT interface; its length counts octets, not digits. */
export function encodeServiceCentre(number: string): Buffer {
  const address = encodeAddress(number);
  return Buffer.concat([Buffer.from([address.length - 1]), address.subarray(1)]);
}

export function readServiceCentre(reader: PduReader): string {
  const length = reader.octet();
  if (length === 0) return "";
  const type = reader.octet();
  const octets = reader.take(length - 1);
  const digits = readDigits(octets, octets.length * 2).replace(/c$/, "");
  return (type === INTERNATIONAL ? "+" : "") + digits;
}

/** Service-centre time stamp: seven swapped BCD octets, the last one the zone in quarters of an hour. Written as UTC. */
export function encodeTimestamp(when: Date): Buffer {
  const digits = when.toISOString().slice(2, 19).replace(/\D/g, "");
  return Buffer.concat([swapDigits(digits), Buffer.from([0])]);
}

const ALPHABET_MASK = 0x0c;

export type Encoding = "gsm7" | "ucs2" | "8bit";

/** The alphabet that a data coding scheme names (23.038, 4), as far as SMS uses it. */
export function encodingOf(dataCoding: number): Encoding {
  if ((dataCoding & 0xf0) === 0xf0) return dataCoding & 4 ? "8bit" : "gsm7";
  const alphabet = dataCoding & ALPHABET_MASK;
  return alphabet === 8 ? "ucs2" : alphabet === 4 ? "8bit" : "gsm7";
}
