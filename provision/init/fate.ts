import type { KeyPath } from "../inventory/key-path.ts";

/** What can become of a line of smsd.conf, the weightiest first. */
export const FATES = [
  "secret moved",
  "made safe",
  "taken over",
  "extra",
  "set aside",
  "dropped",
  "owned",
  "same as our default",
] as const;
export type Fate = (typeof FATES)[number];

/** A value for one place of the inventory. */
export interface Claim {
  readonly path: KeyPath;
  readonly value: unknown;
}

/** What one or more lines mean for one place: a line of `[default]` has an outcome for each modem. */
export interface Outcome {
  /** Numbers of the lines it speaks of. */
  readonly lines: readonly number[];
  readonly fate: Fate;
  /** One sentence or less. */
  readonly reason: string;
  readonly claim?: Claim;
}

/** The one fate of a line that is told to a person. */
export interface LineFate {
  readonly line: number;
  /** The line, secrets masked. */
  readonly text: string;
  readonly fate: Fate;
  readonly reason: string;
}

export function dropped(lines: readonly number[], reason: string): Outcome {
  return { lines, fate: "dropped", reason };
}

/**
 * The outcomes of one line as one fate. The weightiest wins, except that a line which
 * counts for one modem is not called dropped because another modem overrides it.
 */
export function fateOfLine(line: number, text: string, outcomes: readonly Outcome[]): LineFate {
  const ranks = outcomes.map(({ fate }) => rankOf(fate));
  const best = Math.min(...ranks);
  const chosen = outcomes.filter((_, index) => ranks[index] === best);
  const [first] = chosen;
  const reasons = chosen.map(({ reason }) =>
    chosen.length > 1 ? reason.replaceAll(/modems\[\d+\]/g, "modems[]") : reason,
  );
  const reason = [...new Set(reasons)].join("; ");
  return { line, text, fate: first?.fate ?? "dropped", reason: first ? reason : "Nothing reads it." };
}

/** Dropped weighs most where it is all there is to say, and least beside anything that counts. */
function rankOf(fate: Fate): number {
  return fate === "dropped" ? FATES.length : FATES.indexOf(fate);
}
