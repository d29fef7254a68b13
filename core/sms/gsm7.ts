import type { LanguageTables } from "./gsm7-languages.ts";

/** GSM 7-bit default alphabet by code (3GPP TS 23.038, 6.2.1). Code 0x1b escapes into the extension table. */
const BASIC = [
  "@£$¥èéùìòÇ\nØø\rÅå",
  "Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ",
  " !\"#¤%&'()*+,-./",
  "0123456789:;<=>?",
  "¡ABCDEFGHIJKLMNO",
  "PQRSTUVWXYZÄÖÑÜ§",
  "¿abcdefghijklmno",
  "pqrstuvwxyzäöñüà",
].join("");

/** Extension table of the default alphabet (23.038, 6.2.1.1). */
const EXTENSION: ReadonlyMap<number, string> = new Map([
  [0x0a, "\f"],
  [0x14, "^"],
  [0x28, "{"],
  [0x29, "}"],
  [0x2f, "\\"],
  [0x3c, "["],
  [0x3d, "~"],
  [0x3e, "]"],
  [0x40, "|"],
  [0x65, "€"],
]);

const ESCAPE = 0x1b;

/** Septets that a character takes: one, or two behind the escape. */
const COST: ReadonlyMap<string, 1 | 2> = new Map([
  ...[...BASIC].filter((char) => char !== "\u001b").map((char): [string, 1 | 2] => [char, 1]),
  ...[...EXTENSION.values()].map((char): [string, 1 | 2] => [char, 2]),
]);

/** Septets that `char` takes in the default alphabet, or undefined if it has none there. */
export function septetsOf(char: string): 1 | 2 | undefined {
  return COST.get(char);
}

/** True if the default alphabet and its extension table have every character. */
export function isGsm7(text: string): boolean {
  for (const char of text) if (!COST.has(char)) return false;
  return true;
}

/** How many septets the text takes, or undefined if it is not GSM-7. */
export function septetCount(text: string): number | undefined {
  let count = 0;
  for (const char of text) {
    const cost = COST.get(char);
    if (cost === undefined) return undefined;
    count += cost;
  }
  return count;
}

/**
 * Reads `count` septets that stand behind `fillBits` bits (they align the text behind a header, 23.040, 9.2.3.24).
 * Fewer if the octets end before that.
 */
export function unpackSeptets(octets: Uint8Array, count: number, fillBits = 0): number[] {
  const room = Math.max(0, Math.floor((octets.length * 8 - fillBits) / 7));
  const septets: number[] = new Array(Math.min(count, room));
  for (let index = 0; index < septets.length; index++) {
    const bit = index * 7 + fillBits;
    const low = octets[bit >> 3] ?? 0;
    const high = octets[(bit >> 3) + 1] ?? 0;
    septets[index] = ((low | (high << 8)) >> (bit & 7)) & 0x7f;
  }
  return septets;
}

/**
 * Text of septets. A character that only the extension table could have and has not is shown as the basic one at its
 * place, and an escape behind an escape as a space (23.038, 6.2.1.1).
 */
export function decodeSeptets(septets: readonly number[], tables: LanguageTables = {}): string {
  let text = "";
  for (let index = 0; index < septets.length; index++) {
    const code = septets[index] ?? 0;
    if (code !== ESCAPE) {
      text += basicChar(code, tables);
      continue;
    }
    index += 1;
    if (index < septets.length) text += extendedChar(septets[index] ?? 0, tables);
  }
  return text;
}

function basicChar(code: number, tables: LanguageTables): string {
  return tables.locking?.get(code) ?? BASIC[code] ?? "";
}

function extendedChar(code: number, tables: LanguageTables): string {
  if (code === ESCAPE) return " ";
  return tables.single?.get(code) ?? EXTENSION.get(code) ?? basicChar(code, tables);
}

/** True if the last septet escapes one that is not there: a sender cut the character in two. */
export function endsInEscape(septets: readonly number[]): boolean {
  let escapes = 0;
  while (septets[septets.length - 1 - escapes] === ESCAPE) escapes += 1;
  return escapes % 2 === 1;
}
