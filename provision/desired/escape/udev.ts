import { refuse, refuseControl } from "./refuse.ts";

const TARGET = "a udev rule";

/**
 * A value that udev compares literally. Between quotes udev has no escape that all its versions know
 * (udev(7): `e"…"` came with systemd 246), and in a comparison `*?[]|` are wildcards.
 * @throws ModemkeeperError inventory-invalid
 */
export function udevLiteral(value: string): string {
  refuseControl(value, TARGET);
  if (/["\\]/.test(value)) refuse(value, TARGET, "A quote or backslash would end the value early.");
  if (/[*?[\]|]/.test(value)) refuse(value, TARGET, "udev takes * ? [ ] | for wildcards.");
  return value;
}

/**
 * A pattern in which `*?[]|` are meant as wildcards.
 * @throws ModemkeeperError inventory-invalid
 */
export function udevPattern(value: string): string {
  refuseControl(value, TARGET);
  if (/["\\]/.test(value)) refuse(value, TARGET, "A quote or backslash would end the pattern early.");
  return value;
}

/**
 * A name for SYMLINK: there `$` and `%` are substituted, blanks separate names,
 * and udev replaces what it does not like (udev(7)). Only names that stay as they are pass.
 * @throws ModemkeeperError inventory-invalid
 */
export function udevLink(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    refuse(name, TARGET, "The name of a link is made of letters, digits, dots, hyphens and underscores.");
  }
  return name;
}

/**
 * A whole line of comment. udev joins a line that ends in a backslash with the next, even a comment.
 * @throws ModemkeeperError inventory-invalid
 */
export function udevComment(text: string): string {
  refuseControl(text, TARGET);
  if (text.includes("\\")) refuse(text, TARGET, "A backslash at the end of a line joins it with the next.");
  return text;
}

/** @throws ModemkeeperError inventory-invalid for anything but a comparison */
export function udevOperator(operator: string): string {
  if (operator !== "==" && operator !== "!=") refuse(operator, TARGET, "udev compares with == and != only.");
  return operator;
}
