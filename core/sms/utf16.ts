/**
 * Text of UTF-16BE octets. What cannot be text becomes U+FFFD: half of a surrogate pair, an octet too many.
 */
export function decodeUtf16be(octets: Uint8Array): string {
  const even = Buffer.from(octets.subarray(0, octets.length & ~1)).swap16();
  const text = even.toString("utf16le") + (octets.length % 2 === 0 ? "" : "\ufffd");
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** UTF-16BE octets of a text. */
export function encodeUtf16be(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}
