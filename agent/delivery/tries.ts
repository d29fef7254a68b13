import { spokenDuration } from "../decide/durations.ts";
import { retryPause } from "./pause.ts";
import type { DeliveryResult, Patience, Progress } from "./types.ts";

/** So often a message may fail while the receiver takes others in between, before it alone is to blame. */
const STRIKES = 3;

/** What became of the attempts at one message, as long as it waits. */
export interface Tries {
  readonly attempts: number;
  readonly refusals: number;
  /** Milliseconds of trying before this process, and up to the last attempt. */
  readonly tried: number;
  /** Monotonic milliseconds from which trying counts; undefined until it is tried by this process. */
  readonly countedTo: number | undefined;
  readonly lastError: string | undefined;
  /** Monotonic milliseconds before which it is left alone; undefined if it may be tried now. */
  readonly restsUntil: number | undefined;
  /** The receiver named the time, or refused this very message: that it takes others is no reason to try again sooner. */
  readonly isFirm: boolean;
  /** How many others had been delivered at its last failure. */
  readonly others: number | undefined;
  readonly strikes: number;
}

/** How an attempt at it failed. */
export interface Failure {
  readonly key: string;
  readonly result: Exclude<DeliveryResult, { outcome: "delivered" }>;
  readonly startedAt: number;
  readonly now: number;
  /** How many others have been delivered until now. */
  readonly others: number;
}

/** What an earlier process left. */
export function resumed(progress: Progress): Tries {
  const { attempts, refusals, tried, lastError } = progress;
  return {
    ...{ attempts, refusals, tried, lastError },
    ...{ countedTo: undefined, restsUntil: undefined, isFirm: false, others: undefined, strikes: 0 },
  };
}

const NONE: Tries = resumed({ attempts: 0, refusals: 0, tried: 0 });

/** One more failure; whether a refusal counts is `refusedOnceMore`'s to say. */
export function afterFailure(before: Tries = NONE, failure: Failure): Tries {
  const { key, result, now, others } = failure;
  const attempts = before.attempts + 1;
  const after = result.outcome === "retry" ? result.after : undefined;
  const struck = before.others !== undefined && others > before.others;
  return {
    attempts,
    refusals: before.refusals,
    tried: before.tried + Math.max(0, now - (before.countedTo ?? failure.startedAt)),
    countedTo: now,
    lastError: result.detail,
    restsUntil: now + retryPause(key, attempts, after),
    isFirm: result.outcome === "refused" || (after !== undefined && after > 0),
    others,
    strikes: before.strikes + (struck ? 1 : 0),
  };
}

export function refusedOnceMore(tries: Tries): Tries {
  return { ...tries, refusals: tries.refusals + 1 };
}

/** The receiver takes others while it fails this one, again and again. */
export function isToBlame(tries: Tries): boolean {
  return tries.strikes >= STRIKES;
}

/** Why it is given up, one sentence; undefined while it is tried. */
export function givenUp(tries: Tries, patience: Patience): string | undefined {
  const last = tries.lastError === undefined ? "" : `: ${tries.lastError}`;
  if (tries.refusals >= patience.refusals) return `refused ${times(tries.refusals)}${last}`;
  if (tries.tried < patience.retryFor) return undefined;
  return `tried for ${spokenDuration(patience.retryFor)}, ${times(tries.attempts)}${last}`;
}

export function progressOf(tries: Tries): Progress {
  const { attempts, refusals, tried, lastError } = tries;
  return { attempts, refusals, tried, ...(lastError === undefined ? {} : { lastError }) };
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
