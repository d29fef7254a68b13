import { refuseControl } from "./refuse.ts";

/**
 * One word of a POSIX shell script, in single quotes, where nothing has a meaning but the quote itself.
 * @throws ModemkeeperError inventory-invalid
 */
export function shWord(value: string): string {
  refuseControl(value, "a shell script");
  return `'${value.replaceAll("'", "'\\''")}'`;
}
