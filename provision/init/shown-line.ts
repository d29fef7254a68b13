import { printable } from "../../core/diagnostics.ts";
import type { ConfLine } from "./smsd-conf.ts";

const SECRET_NAMES = new Set(["pin", "telnet_password"]);
/** AT commands that carry a PIN or a password. */
const TELLTALE = /\+(CPIN|CLCK|CPWD)/i;
/** A setting that lost its `=`. */
const BROKEN_SECRET = /\bpin|password/i;
const WIDEST = 70;

/** True if the value may hold a secret. */
export function holdsSecret(line: ConfLine): boolean {
  return SECRET_NAMES.has(line.name) || TELLTALE.test(line.text);
}

/** The line as it may be shown and recorded: no secret, one row, unable to drive a terminal. */
export function shownLine(line: ConfLine): string {
  if (line.kind === "setting" && line.value.toLowerCase() !== "ignore" && holdsSecret(line)) {
    return `${shortened(line.name)} = (secret)`;
  }
  if (line.kind === "broken" && (holdsSecret(line) || BROKEN_SECRET.test(line.text)))
    return "(not shown: it may hold a secret)";
  return shortened(line.text);
}

/** A text from outside for one row. */
export function shortened(text: string): string {
  const safe = printable(text);
  return safe.length > WIDEST ? `${safe.slice(0, WIDEST)}…` : safe;
}
