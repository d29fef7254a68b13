import {
  CLOCK_SLACK,
  FROM_FUTURE,
  isFromFuture,
  refusalOf,
  type StopFlag,
  type StopTerms,
  termsOf,
} from "../../core/manual-stop.ts";
import type { FlagMemory, Memory, SmsdMemory } from "../model/memory.ts";
import type { Moment } from "../model/observation.ts";
import { MINUTE } from "./durations.ts";
import type { DecisionInput } from "./types.ts";

/** What the manual stop flag means now. */
export type FlagVerdict =
  | { readonly standing: "absent" }
  /** It does not count, and is left where it is: whoever may not stop smsd may still own a file there. */
  | { readonly standing: "ignored"; readonly flag: StopFlag; readonly why: string; readonly memory?: FlagMemory }
  /** It counts: smsd is not started while it is `in-force`; `expired` and `leftover` flags are cleared. */
  | {
      readonly standing: "in-force" | "expired" | "leftover";
      readonly flag: StopFlag;
      readonly memory: FlagMemory;
      readonly terms: StopTerms;
      /** Milliseconds since it was written, as far as can be known. */
      readonly age: number;
    };

/**
 * A flag this young at first sight was written while the agent looked on (it looks at least every 30 s).
 * Only then is the moment of its writing known on the clock that does not jump.
 */
const WITNESSED_MS = MINUTE;

/** Judges the flag that is seen. `up`: the smsd that runs now. */
export function judgeFlag(input: DecisionInput, up: SmsdMemory["up"]): FlagVerdict {
  const { flag } = input.seen;
  if (!flag) return { standing: "absent" };
  const rules = input.inventory.manualStop;
  const refusal = refusalOf(flag, rules);
  if (refusal !== undefined) return { standing: "ignored", flag, why: refusal };
  const memory = rememberFlag(flag, input.memory, input.now);
  if (!memory.counts) return { standing: "ignored", flag, why: FROM_FUTURE, memory };
  const terms = termsOf(flag, rules);
  const age = ageOf(flag, memory, input.now);
  const judged = { flag, memory, terms, age };
  if (up && startedAfter(flag, memory, up, input)) return { standing: "leftover", ...judged };
  return { standing: age >= terms.lasts ? "expired" : "in-force", ...judged };
}

function rememberFlag(flag: StopFlag, memory: Memory, now: Moment): FlagMemory {
  // The head of the content is enough to tell two flags of one time apart, and no file makes the memory grow.
  const identity = `${flag.owner} ${flag.modifiedAt} ${flag.content.slice(0, 200)}`;
  const known = memory.flag?.identity === identity ? memory.flag : undefined;
  if (known?.counts) return known;
  const base = { identity, firstSeen: known?.firstSeen ?? now.monotonic };
  const age = known ? undefined : ageAtFirstSight(flag, memory, now);
  if (age !== undefined) return { ...base, writtenAt: now.monotonic - age, counts: true };
  return isFromFuture(flag, now.wall) ? base : { ...base, counts: true };
}

/** Its age if it has just been written, by the wall clock as it shows now or as it showed at the last pass: it may have been set in between. */
function ageAtFirstSight(flag: StopFlag, memory: Memory, now: Moment): number | undefined {
  const offset = memory.host?.clockOffset;
  const walls = offset === undefined ? [now.wall] : [now.wall, now.monotonic + offset];
  const age = walls.map((wall) => wall - flag.modifiedAt).find((one) => one >= -CLOCK_SLACK && one <= WITNESSED_MS);
  return age === undefined ? undefined : Math.max(0, age);
}

/**
 * A flag that appeared before our eyes is as old as the clock that does not jump says: setting the wall clock makes it
 * neither older nor newer. Of one that was there before us only two lower bounds are known, and the larger is nearer the
 * truth: what the wall clock says (it may have been behind when we first looked), and how long we have seen it (the wall
 * clock may have been set back since). So a flag seen for its whole limit is over whatever the wall clock says.
 */
export function ageOf(flag: StopFlag, memory: FlagMemory, now: Moment): number {
  if (memory.writtenAt !== undefined) return now.monotonic - memory.writtenAt;
  return Math.max(now.wall - flag.modifiedAt, now.monotonic - memory.firstSeen);
}

/**
 * Whether the smsd that runs started after the flag was written. What was seen first is older, whatever the wall clocks
 * say; only where both were there at the first look must the times that they bear decide.
 */
function startedAfter(
  flag: StopFlag,
  memory: FlagMemory,
  up: NonNullable<SmsdMemory["up"]>,
  { seen }: DecisionInput,
): boolean {
  if (memory.firstSeen !== up.since) return memory.firstSeen < up.since;
  const processes = [...seen.smsd.processes, ...seen.smsd.strays];
  return Math.min(...processes.map(({ startedAt }) => startedAt)) > flag.modifiedAt;
}
