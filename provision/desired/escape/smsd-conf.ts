import { refuse, refuseControl } from "./refuse.ts";

const TARGET = "smsd.conf";

/**
 * smsd's line buffer holds 4128 bytes and the rest of a longer line is read as a *new line*;
 * the settings behind it hold far less (src/cfgfile.c of smstools 3.1.21).
 */
const LONGEST = 1000;

/**
 * A value as smsd reads it back. The syntax has no quotes, no escapes and no continuation:
 * what it cannot carry as it is cannot be written.
 * @throws ModemkeeperError inventory-invalid
 */
export function smsdConfValue(value: string): string {
  refuseControl(value, TARGET);
  if (value.trim() === "") refuse(value, TARGET, "smsd takes a setting without a value for a mistake.");
  if (value !== value.trim()) refuse(value, TARGET, "smsd cuts blanks off both ends of a value.");
  if (value.startsWith("?")) refuse(value, TARGET, 'smsd takes a leading "?" for a question with alternatives.');
  if (new TextEncoder().encode(value).length > LONGEST) {
    refuse(value, TARGET, `smsd reads the rest of a long line as a new setting; ${LONGEST} bytes is the limit.`);
  }
  return value;
}

/**
 * The name of a setting.
 * @throws ModemkeeperError inventory-invalid
 */
export function smsdConfKey(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
    refuse(name, TARGET, "smsd's settings are named in letters, digits and underscores.");
  }
  return name;
}

/**
 * The list of modems, `A, B`. It alone may be longer than other values: 64 names of 31 letters fit smsd's line buffer.
 * @throws ModemkeeperError inventory-invalid
 */
export function smsdConfSections(names: string): string {
  return names.split(", ").map(smsdConfSection).join(", ");
}

/** smsd's own words (src/cfgfile.c): as a section they would mean something else. */
const RESERVED = new Set(["default", "modemname", "all", "communicate", "queues", "provider", "providers"]);

/**
 * The name of a modem's section. A name that smsd finds too long silently ends its list of modems.
 * @throws ModemkeeperError inventory-invalid
 */
export function smsdConfSection(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/.test(name)) {
    refuse(name, TARGET, "A modem's name is 1 to 31 letters, digits, dots, hyphens and underscores.");
  }
  if (RESERVED.has(name.toLowerCase())) refuse(name, TARGET, "smsd gives this name a meaning of its own.");
  return name;
}

/**
 * A whole line of comment.
 * @throws ModemkeeperError inventory-invalid
 */
export function smsdConfComment(text: string): string {
  refuseControl(text, TARGET);
  // A comment beyond smsd's line buffer would go on as a setting.
  return Array.from(text)
    .slice(0, LONGEST / 4)
    .join("");
}
