import { ModemkeeperError } from "../errors.ts";

/** Whom an SMS goes to. */
export interface Destination {
  /** `+` and digits, or the digits of a short code. */
  readonly number: string;
  /** As smsd wants it in `To:`: without the plus, and an `s` before a short code, which it would dial as +70707 otherwise. */
  readonly header: string;
}

/** E.164 allows 15 digits and no country code begins with 0. */
const INTERNATIONAL = /^(?:\+|00)([1-9]\d{5,14})$/;
const SHORT_CODE = /^[1-9]\d{2,7}$/;

/**
 * Reads a number as people write it: blanks, dashes, dots, slashes and parentheses are ignored, `00` is a plus.
 * @throws ModemkeeperError usage if it is none that can be dialled from anywhere; does not repeat it
 */
export function checkNumber(text: string): Destination {
  const dialled = text.trim().replace(/[ \u00a0()./-]/g, "");
  const international = INTERNATIONAL.exec(dialled)?.[1];
  if (international !== undefined) return { number: `+${international}`, header: international };
  if (SHORT_CODE.test(dialled)) return { number: dialled, header: `s${dialled}` };
  throw new ModemkeeperError("usage", "the number cannot be dialled", {
    why: whyNot(dialled),
    fix: "write it with plus and country code, as +491701234567, or give a short code of 3 to 8 digits",
  });
}

function whyNot(dialled: string): string {
  if (dialled === "") return "it is empty";
  if (!/^\+?\d+$/.test(dialled)) return "it has other characters than digits and one plus at its beginning";
  if (/^(?:\+0|000)/.test(dialled)) return "no country code begins with 0";
  if (dialled.startsWith("+") || dialled.startsWith("00")) return "a number has 6 to 15 digits behind the plus";
  if (dialled.startsWith("0"))
    return "it has no country code, so what it means depends on the network that the SIM is in";
  return "it has no plus, and too many or too few digits for a short code";
}
