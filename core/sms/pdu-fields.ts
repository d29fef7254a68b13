import { decodeSeptets, unpackSeptets } from "./gsm7.ts";
import { PduFault, type PduOctets } from "./pdu-octets.ts";

const DIGITS = "0123456789*#abc";
const FILLER = 15;

/** Type of number, bits 6 to 4 of the type of address (3GPP TS 23.040, 9.1.2.5). */
const TYPE_OF_NUMBER = 0x70;
const INTERNATIONAL = 0x10;
const ALPHANUMERIC = 0x50;

/** TP-OA and TP-RA have at most 20 semi-octets (23.040, 9.1.2.5): 11 characters of a name. */
const LONGEST = 20;

/** Sender or recipient: `+` and digits, digits, or a name, which may have any character of GSM-7, line feeds too. */
export function readAddress(pdu: PduOctets): string {
  const length = pdu.octet("address");
  if (length > LONGEST) throw new PduFault("the PDU has an address longer than any address can be");
  const type = pdu.octet("address");
  const octets = pdu.take(Math.ceil(length / 2), "address");
  if ((type & TYPE_OF_NUMBER) === ALPHANUMERIC) {
    return decodeSeptets(unpackSeptets(octets, Math.floor((length * 4) / 7)));
  }
  const digits = readDigits(octets, length);
  return (type & TYPE_OF_NUMBER) === INTERNATIONAL && digits !== "" ? `+${digits}` : digits;
}

function readDigits(octets: Uint8Array, count: number): string {
  let digits = "";
  for (let index = 0; index < count; index++) {
    const octet = octets[index >> 1] ?? 0;
    const digit = index % 2 === 0 ? octet & 15 : octet >> 4;
    if (digit !== FILLER) digits += DIGITS[digit] ?? "";
  }
  return digits;
}

/** The service centre, which precedes every PDU on the AT interface (27.005, 3.1): its length, then so many octets. */
export function skipServiceCentre(pdu: PduOctets): void {
  pdu.take(pdu.octet("service centre"), "service centre");
}

/**
 * Service centre time stamp (23.040, 9.2.3.11) as ISO 8601 with its zone; undefined if it is no time. Zone: quarters of an
 * hour, its sign in bit 3.
 */
export function readTimestamp(pdu: PduOctets, field: string): string | undefined {
  const octets = pdu.take(7, field);
  const [year = -1, month = -1, day = -1, hour = -1, minute = -1, second = -1] = Array.from(octets, swappedDigits);
  const quarters = swappedDigits((octets[6] ?? 0) & ~8);
  const local = new Date(Date.UTC(fullYear(year), month - 1, day, hour, minute, second));
  const valid =
    [year, quarters].every((value) => value >= 0) &&
    [month, day, hour, minute, second].join() ===
      [
        local.getUTCMonth() + 1,
        local.getUTCDate(),
        local.getUTCHours(),
        local.getUTCMinutes(),
        local.getUTCSeconds(),
      ].join();
  if (!valid) return undefined;
  const sign = ((octets[6] ?? 0) & 8) === 0 ? "+" : "-";
  return `${local.toISOString().slice(0, 19)}${sign}${twoDigits(quarters >> 2)}:${twoDigits((quarters & 3) * 15)}`;
}

/** Two decimal digits, the first one in the lower half; -1 if they are none. */
function swappedDigits(octet: number): number {
  const [tens, ones] = [octet & 15, octet >> 4];
  return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** SMS began in 1992. */
function fullYear(year: number): number {
  return year < 90 ? 2000 + year : 1900 + year;
}
