import { historyOf } from "./history/generate.ts";
import type { History } from "./history/types.ts";
import { type Decide, play, type Violation } from "./run/driver.ts";
import { shrink } from "./shrink.ts";

/** What the histories of some seeds came to. */
export interface Tally {
  readonly histories: number;
  readonly passes: number;
  /** For each history that broke an invariant, its shortest form as text. */
  readonly failures: readonly string[];
}

/** Plays the histories of `count` seeds from `first` on; stops after `most` failures. */
export function playSeeds(first: number, count: number, decide: Decide, most = 1): Tally {
  const failures: string[] = [];
  let passes = 0;
  let histories = 0;
  for (let seed = first; seed < first + count && failures.length < most; seed += 1) {
    const history = historyOf(seed);
    const result = play(history, decide);
    passes += result.passes;
    histories += 1;
    if (result.violation) failures.push(explain(history, decide));
  }
  return { histories, passes, failures };
}

/** The first seed whose history breaks one of these invariants, or any. */
export function firstBroken(
  first: number,
  count: number,
  decide: Decide,
  invariants?: readonly string[],
): { readonly seed: number; readonly violation: Violation } | undefined {
  for (let seed = first; seed < first + count; seed += 1) {
    const { violation } = play(historyOf(seed), decide);
    if (violation && (invariants?.includes(violation.invariant) ?? true)) return { seed, violation };
  }
  return undefined;
}

/** A failing history in its shortest form, line by line with times. */
export function explain(history: History, decide: Decide): string {
  const { violation } = play(history, decide);
  if (!violation) return `seed ${history.seed}: nothing is wrong`;
  const shortest = shrink(history, violation, decide);
  return [
    `seed ${history.seed}: ${violation.invariant}: ${violation.detail}`,
    `its shortest history (${shortest.history.faults.length} of ${history.faults.length} events, ${shortest.tries} tries):`,
    ...storyOf(shortest.history, decide),
  ].join("\n");
}

/** Everything that happens in a history, as readable lines. */
export function storyOf(history: History, decide: Decide): readonly string[] {
  const { setup } = history;
  const modems = setup.modems.map(({ model, pin }) => `${model}${pin ? " with PIN" : ""}`).join(", ");
  const rungs = setup.rungs.length === 0 ? "no rungs" : setup.rungs.join(", ");
  const lines = [
    `${modems}; a check each ${setup.interval} s, recovery after ${setup.failures}; ${rungs}; ` +
      `pauses up to ${setup.longestBackoff} s; it begins ${setup.begins}`,
  ];
  play(history, decide, (at, line) => lines.push(`${timeText(at)}  ${line}`));
  return lines;
}

/** Hours, minutes, seconds and thousandths since the beginning. */
function timeText(time: number): string {
  const sign = time < 0 ? "-" : "+";
  const total = Math.abs(Math.round(time));
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const rest = String(total % 1000).padStart(3, "0");
  return `${sign}${two(total / 3_600_000)}:${two((total / 60_000) % 60)}:${two((total / 1_000) % 60)}.${rest}`;
}
