import { ModemkeeperError } from "../../core/errors.ts";
import { parseDuration } from "../../provision/inventory/durations.ts";

/**
 * Milliseconds of a duration as typed (`30`, `30s`, `10m`).
 * @throws ModemkeeperError usage for anything else
 */
export function typedDuration(text: string): number {
  const seconds = parseDuration(text);
  if (!Number.isNaN(seconds)) return seconds * 1000;
  throw new ModemkeeperError("usage", `"${text}" is not a duration`, {
    fix: "write a number and s, m, h or d, for example 30s",
  });
}
