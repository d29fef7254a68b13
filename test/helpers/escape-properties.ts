import fc from "fast-check";
import { ModemkeeperError } from "../../core/errors.ts";

/** Texts with all that some syntax gives a meaning to, mixed with all of Unicode. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."abAZ09 ./_-:=%$\\\"'`#?*[]{}|!;&<>()~@^,+\t\n\r\0é€😀") }),
);

/** What an escape makes of a value; undefined where it refuses, as it must: with an inventory error. */
export function accepted(escaped: () => string): string | undefined {
  try {
    return escaped();
  } catch (error) {
    if (error instanceof ModemkeeperError && error.code === "inventory-invalid") return undefined;
    throw error;
  }
}
