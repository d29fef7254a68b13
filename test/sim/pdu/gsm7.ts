/** GSM 7-bit default alphabet, by code (3GPP TS 23.038, 6.2.1). 0x1b escapes into the extension table. */
const ALPHABET = [
  ..."@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?",
  ..."¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
];

const ESCAPE = 0x1b;

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

const CODES: ReadonlyMap<string, readonly number[]> = new Map([
  ...ALPHABET.map((char, code): [string, readonly number[]] => [char, [code]]).filter(([char]) => char !== "\u001b"),
  ...[...EXTENSION].map(([code, char]): [string, readonly number[]] => [char, [ESCAPE, code]]),
]);

/** The septets of each character, or undefined if the text has a character outside the alphabet. */
export function septetsOf(text: string): readonly (readonly number[])[] | undefined {
  const out: (readonly number[])[] = [];
  for (const char of text) {
    const codes = CODES.get(char);
    if (!codes) return undefined;
    out.push(codes);
  }
  return out;
}

/** Text of a septet string; an unknown escape reads as a space, as 23.038 asks. */
export function textOf(septets: readonly number[]): string {
  let text = "";
  for (let i = 0; i < septets.length; i++) {
    const code = septets[i] ?? 0;
    if (code !== ESCAPE) {
      text += ALPHABET[code] ?? " ";
      continue;
    }
    i += 1;
    text += i < septets.length ? (EXTENSION.get(septets[i] ?? 0) ?? " ") : "";
  }
  return text;
}

/** Packs septets into octets, leaving `fillBits` zero bits first (they align the text after a header). */
export function pack(septets: readonly number[], fillBits = 0): Buffer {
  const out = Buffer.alloc(Math.ceil((septets.length * 7 + fillBits) / 8));
  septets.forEach((septet, index) => {
    const bit = index * 7 + fillBits;
    const byte = bit >> 3;
    const shifted = septet << (bit & 7);
    out[byte] = (out[byte] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) out[byte + 1] = (out[byte + 1] ?? 0) | (shifted >> 8);
  });
  return out;
}

/** Reads `count` septets that start after `fillBits` bits; stops early if the octets end. */
export function unpack(octets: Uint8Array, count: number, fillBits = 0): number[] {
  const out: number[] = [];
  for (let i = 0; i < count; i++) {
    const bit = i * 7 + fillBits;
    const byte = bit >> 3;
    if (byte >= octets.length) break;
    const pair = (octets[byte] ?? 0) | ((octets[byte + 1] ?? 0) << 8);
    out.push((pair >> (bit & 7)) & 0x7f);
  }
  return out;
}
