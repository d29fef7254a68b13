import type { Alphabet } from "../model/message.ts";

/** What a data coding scheme says (3GPP TS 23.038, 4). */
export interface DataCoding {
  readonly alphabet: Alphabet;
  /** Class 0: to be shown at once. */
  readonly flash: boolean;
}

const COMPRESSED = 0x20;
const HAS_CLASS = 0x10;
const CLASS = 0x03;

/** Codings that are reserved are read as the default alphabet, as 23.038 asks. Compressed text is not text to us. */
export function readDataCoding(octet: number): DataCoding {
  const group = octet >> 4;
  if (group < 8) return general(octet);
  if (group === 14) return { alphabet: "ucs2", flash: false };
  if (group === 15) return { alphabet: (octet & 4) === 0 ? "gsm7" : "binary", flash: (octet & CLASS) === 0 };
  return { alphabet: "gsm7", flash: false };
}

function general(octet: number): DataCoding {
  const flash = (octet & HAS_CLASS) !== 0 && (octet & CLASS) === 0;
  if ((octet & COMPRESSED) !== 0) return { alphabet: "binary", flash };
  const alphabet = (["gsm7", "binary", "ucs2", "gsm7"] as const)[(octet >> 2) & 3] ?? "gsm7";
  return { alphabet, flash };
}
