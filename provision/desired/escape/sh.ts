import { refuse, refuseControl } from "./refuse.ts";

/**
 * One word of a POSIX shell script, in single quotes, where nothing has a meaning but the quote itself.
 * @throws ModemkeeperError inventory-invalid
 */
export function shWord(value: string): string {
  refuseControl(value, "a shell script");
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * A whole line of comment, or a part of a text in double quotes: plain characters only.
 * @throws ModemkeeperError inventory-invalid
 */
export function shPlain(text: string): string {
  refuseControl(text, "a shell script");
  if (/["`$\\]/.test(text)) refuse(text, "a shell script", 'A shell gives " ` $ and \\ a meaning of their own.');
  return text;
}
