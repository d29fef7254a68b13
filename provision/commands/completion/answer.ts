/** One thing that a value on the command line may be. */
export interface Candidate {
  readonly value: string;
  readonly what: string;
}

/** What every shell takes as it is typed: no candidate needs quotes, and none can be taken for an option. */
const PLAIN = /^\w[\w.+-]*$/;

/** A line for each, as the completion scripts read it: value, tab, what it is. */
export function candidateLines(candidates: readonly Candidate[]): string {
  return candidates
    .filter(({ value }) => PLAIN.test(value))
    .map(({ value, what }) => `${value}\t${what.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")}\n`)
    .join("");
}
