import type { History, TimedFault } from "./history/types.ts";
import { type Decide, play, type Violation } from "./run/driver.ts";

/** The shortest history found that breaks the same invariant. */
export interface Shrunk {
  readonly history: History;
  readonly violation: Violation;
  readonly tries: number;
}

const MOST_TRIES = 400;

/** Takes away whatever is not needed for the same invariant to break: events first, then modems, then time. */
export function shrink(failing: History, violation: Violation, decide: Decide): Shrunk {
  let best: Shrunk = { history: failing, violation, tries: 0 };
  let tries = 0;
  const attempt = (history: History): boolean => {
    if (tries >= MOST_TRIES) return false;
    tries += 1;
    const { violation: found } = play(history, decide);
    if (found?.invariant !== violation.invariant) return false;
    best = { history, violation: found, tries };
    return true;
  };
  let before: History;
  do {
    before = best.history;
    withoutFaults(() => best.history, attempt);
    for (const simpler of simplerSetups(best.history)) attempt(simpler);
    for (const sooner of soonerEnds(best.history)) attempt(sooner);
  } while (best.history !== before && tries < MOST_TRIES);
  return { ...best, tries };
}

/** Delta debugging: ever smaller pieces are left out. */
function withoutFaults(current: () => History, attempt: (history: History) => boolean): void {
  for (let size = Math.max(1, current().faults.length >> 1); size >= 1; size >>= 1) {
    let from = 0;
    while (from < current().faults.length) {
      const { faults } = current();
      const left = [...faults.slice(0, from), ...faults.slice(from + size)];
      if (!attempt({ ...current(), faults: left })) from += size;
    }
  }
}

function simplerSetups(history: History): readonly History[] {
  const { setup } = history;
  const setups = [
    { ...setup, begins: "running" as const },
    { ...setup, modems: setup.modems.slice(0, 1) },
    { ...setup, modems: setup.modems.slice(0, 2) },
    { ...setup, modems: setup.modems.map(({ model }) => ({ model, pin: false })) },
  ];
  const simpler = setups.filter((one) => JSON.stringify(one) !== JSON.stringify(setup));
  return simpler.map((one) => ({ ...history, setup: one }));
}

/** Gaps between events are halved; the end comes soon after the last. */
function soonerEnds(history: History): readonly History[] {
  const { faults, span } = history;
  const last = faults.at(-1)?.at ?? 0;
  const halved = faults.map((one): TimedFault => ({ ...one, at: Math.round(one.at / 2_000) * 1_000 }));
  const candidates = [
    { ...history, span: last + 1_000 },
    { ...history, faults: halved, span: span - last + (halved.at(-1)?.at ?? 0) },
  ];
  return candidates.filter((one) => one.span < span);
}
