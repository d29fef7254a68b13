import { refuse, refuseControl } from "./refuse.ts";

const TARGET = "a tmpfiles.d line";

/**
 * Four hex digits of a USB id. No other value of an inventory reaches tmpfiles.d,
 * where `%` is a specifier and blanks separate fields (tmpfiles.d(5)).
 * @throws ModemkeeperError inventory-invalid
 */
export function tmpfilesHex(value: string): string {
  if (!/^[0-9a-f]{4}$/.test(value)) refuse(value, TARGET, "A USB id is made of four hex digits.");
  return value;
}

/**
 * A whole line of comment.
 * @throws ModemkeeperError inventory-invalid
 */
export function tmpfilesComment(text: string): string {
  refuseControl(text, TARGET);
  return text;
}
