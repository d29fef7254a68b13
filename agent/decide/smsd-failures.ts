import type { PauseMemory, SmsdMemory } from "../model/memory.ts";
import type { IssuedStep, Outcome, StepKind } from "../model/step.ts";
import { backoff } from "./backoff.ts";
import { MINUTE, SECOND } from "./durations.ts";
import type { Presence } from "./smsd-presence.ts";
import type { DecisionInput } from "./types.ts";

/** A start after which smsd lives less than this has failed. */
const SHORT_LIFE = MINUTE;
/** After so long a life, past failures are forgotten. */
export const LONG_LIFE = 5 * MINUTE;
const LONGEST_BACKOFF = 300 * SECOND;
const LONGEST_PAUSE = MINUTE;

const STARTS: ReadonlySet<StepKind> = new Set(["start-smsd", "restart-smsd", "adopt-smsd"]);
const HELPERS: ReadonlySet<StepKind> = new Set(["stop-smsd", "suspend", "set-aside", "clear-flag"]);

/** A step with which smsd begins anew. */
export function isStart({ step }: Pick<IssuedStep, "step">): boolean {
  return STARTS.has(step.do);
}

/** Steps on smsd and the host that ended since the last pass; those of modems are none of ours. */
export function serviceOutcomes({ seen }: DecisionInput): readonly Outcome[] {
  return seen.outcomes.filter(({ subject }) => subject === "smsd" || subject === "host");
}

/** Starts that failed since the last pass. */
export function failedStarts(input: DecisionInput): readonly Outcome[] {
  const { strays } = input.seen.smsd;
  return serviceOutcomes(input).filter(({ step, ok }) => {
    const inVain = step.do === "adopt-smsd" && strays.some(({ pid }) => step.pids.includes(pid));
    return STARTS.has(step.do) && (!ok || inVain);
  });
}

/**
 * Failed or short-lived starts in a row, and when the next may be. `excused`: somebody means smsd to be down, or works on it,
 * so that its end is no failure.
 */
export function failuresOf(
  input: DecisionInput,
  presence: Presence,
  excused: boolean,
): Pick<SmsdMemory, "failures" | "notBefore"> {
  const { memory, now } = input;
  const { failures, notBefore } = memory.smsd;
  const more = failedStarts(input).length || Number(!excused && endedEarly(input, presence));
  if (more > 0) {
    const total = failures + more;
    const longest = Math.min(LONGEST_BACKOFF, input.inventory.watchdog.longestBackoff * SECOND);
    return { failures: total, notBefore: now.monotonic + backoff(total, SECOND, longest) };
  }
  // A long life of what no unit owns is no success of ours.
  const own = presence.straysSince === undefined ? presence.up : undefined;
  if (failures > 0 && own && now.monotonic - own.since >= LONG_LIFE) return { failures: 0, notBefore: 0 };
  return { failures, notBefore };
}

/** It started and is gone already, whether or not a pass saw it alive. */
function endedEarly(input: DecisionInput, presence: Presence): boolean {
  if (presence.running) return false;
  const { up } = input.memory.smsd;
  // Its start, where that is known: the agent may be younger than smsd.
  if (up) return input.now.monotonic - Math.min(up.since, up.started ?? up.since) < SHORT_LIFE;
  return serviceOutcomes(input).some(({ step, ok }) => STARTS.has(step.do) && ok);
}

/** Steps that failed or changed nothing wait a little longer each time, so that none is repeated at every look. */
export function pausesOf(input: DecisionInput, presence: Presence): SmsdMemory["pauses"] {
  let pauses = stillWanted(input.memory.smsd.pauses ?? {}, input.now.monotonic);
  for (const outcome of serviceOutcomes(input)) {
    if (!HELPERS.has(outcome.step.do)) continue;
    const { [outcome.step.do]: known, ...others } = pauses;
    const paused =
      outcome.ok && hadEffect(outcome, input, presence) ? {} : { [outcome.step.do]: longer(known, outcome) };
    pauses = { ...others, ...paused };
  }
  return Object.keys(pauses).length > 0 ? pauses : undefined;
}

/** A step that is not tried again for so long after its pause is no longer wanted. */
function stillWanted(pauses: NonNullable<SmsdMemory["pauses"]>, now: number): Readonly<Record<string, PauseMemory>> {
  return Object.fromEntries(Object.entries(pauses).filter(([, { until }]) => now < until + 2 * LONGEST_PAUSE));
}

function longer(known: PauseMemory | undefined, outcome: Outcome): PauseMemory {
  const count = (known?.count ?? 0) + 1;
  const detail = outcome.ok ? "it had no effect" : outcome.detail;
  return { count, until: outcome.finishedAt + backoff(count, SECOND, LONGEST_PAUSE), detail };
}

function hadEffect({ step }: Outcome, { seen, memory }: DecisionInput, presence: Presence): boolean {
  switch (step.do) {
    case "stop-smsd":
      return !presence.running;
    case "suspend":
      return sameEntries(step.modems, seen.smsd.suspended);
    case "clear-flag":
      return !seen.flag || !memory.flag?.identity.startsWith(`${seen.flag.owner} ${seen.flag.modifiedAt} `);
    default:
      return true;
  }
}

export function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}

export function isPaused(smsd: SmsdMemory, kind: StepKind, now: number): boolean {
  return now < (smsd.pauses?.[kind]?.until ?? 0);
}
