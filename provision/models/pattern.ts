/** Four of them on the longest input are some million steps; more would let one answer stop the program. */
const MAX_OPEN_QUANTIFIERS = 4;

/** Firmware revisions and model names are short; no pattern is tried on more characters than this. */
export const MAX_INPUT = 64;

export type PatternCheck =
  | { readonly regex: RegExp; readonly groups: number }
  | { readonly fault: "syntax" | "costly" };

/**
 * A regular expression that a person wrote to read modem answers with. One that repeats a group, or repeats
 * too much, is refused: matching it can take longer than the universe is old.
 */
export function checkPattern(pattern: string): PatternCheck {
  const plain = pattern.replaceAll(/\\./g, "_").replaceAll(/\[[^\]]*\]/g, "_");
  const open = plain.match(/[*+]|\{\d*,\d*\}/g)?.length ?? 0;
  if (/\)[*+{]/.test(plain) || open > MAX_OPEN_QUANTIFIERS) return { fault: "costly" };
  try {
    // With an empty alternative it matches the empty text, and the match tells its groups.
    const groups = (new RegExp(`${pattern}|`, "u").exec("")?.length ?? 1) - 1;
    return { regex: new RegExp(pattern, "u"), groups };
  } catch {
    return { fault: "syntax" };
  }
}
