import { printable } from "../../../core/diagnostics.ts";
import { ModemkeeperError } from "../../../core/errors.ts";

/**
 * The one way an escape says no. Everything it refuses came from the inventory.
 * @throws ModemkeeperError inventory-invalid, always
 */
export function refuse(value: string, target: string, why: string): never {
  throw new ModemkeeperError("inventory-invalid", `"${printable(value)}" cannot be written into ${target}.`, {
    why,
    fix: "Change the value in the inventory.",
  });
}

/** Control characters, and halves of surrogate pairs, which no file in UTF-8 can carry. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** @throws ModemkeeperError inventory-invalid for a value with a line break or another control character */
export function refuseControl(value: string, target: string): void {
  if (UNPRINTABLE.test(value)) refuse(value, target, "A line break or control character would end the line early.");
}
