import { decodeUtf16be } from "./utf16.ts";

/** What `Alphabet:` says of the body; smsd and its manual look at the first three characters only. */
type BodyAlphabet = "iso" | "utf8" | "ucs2" | "binary";

export function bodyAlphabet(header: string | undefined): BodyAlphabet {
  switch (header?.slice(0, 3).toUpperCase()) {
    case "UTF":
      return "utf8";
    case "UCS":
    case "CHI":
    case "UNI":
      return "ucs2";
    case "BIN":
      return "binary";
    default:
      return "iso";
  }
}

/** Where ISO-8859-15 is not ISO-8859-1, and where smsd 3.1.21 puts Greek capitals of GSM-7 (charset.c, measured). */
const ISO_DIFFERENCES: ReadonlyMap<number, string> = new Map([
  [0x81, "Δ"],
  [0x82, "Φ"],
  [0x83, "Γ"],
  [0x84, "Λ"],
  [0x85, "Ω"],
  [0x86, "Π"],
  [0x87, "Ψ"],
  [0x88, "Σ"],
  [0x89, "Θ"],
  [0x8a, "Ξ"],
  [0xa4, "€"],
  [0xa6, "Š"],
  [0xa8, "š"],
  [0xb4, "Ž"],
  [0xb8, "ž"],
  [0xbc, "Œ"],
  [0xbd, "œ"],
  [0xbe, "Ÿ"],
]);

/** Text of a body; undefined if it is not text. Octets that are no text become U+FFFD. */
export function bodyText(body: Uint8Array, alphabet: BodyAlphabet): string | undefined {
  switch (alphabet) {
    case "iso":
      return Array.from(body, (octet) => ISO_DIFFERENCES.get(octet) ?? String.fromCharCode(octet)).join("");
    case "utf8":
      return Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8");
    case "ucs2":
      return decodeUtf16be(body);
    case "binary":
      return undefined;
  }
}

/**
 * Whether the body has as many characters as smsd's `Length:` announces, the last one whole. Of a text with a national language
 * smsd 3.1.21 counts octets.
 */
export function isWhole(body: Uint8Array, fields: ReadonlyMap<string, string>): boolean {
  const length = fields.get("Length") ?? "";
  if (!/^\d{1,6}$/.test(length)) return false;
  const alphabet = bodyAlphabet(fields.get("Alphabet"));
  const announced = Number(length);
  if (fields.has("Language_ext")) return body.length === announced;
  if (alphabet === "ucs2") return body.length === announced * 2;
  if (alphabet !== "utf8") return body.length === announced;
  return countUtf8(body) === announced;
}

/** -1 if the last character is cut off. */
function countUtf8(body: Uint8Array): number {
  let count = 0;
  let next = 0;
  for (let at = 0; at < body.length; at++) {
    const octet = body[at] ?? 0;
    if ((octet & 0xc0) === 0x80) continue;
    count += 1;
    next = at + (octet < 0x80 ? 1 : octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : 4);
  }
  return next > body.length ? -1 : count;
}
