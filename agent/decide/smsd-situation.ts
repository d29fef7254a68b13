import type { SmsdMemory } from "../model/memory.ts";
import { isPlainName } from "../observe/plain-name.ts";
import { MINUTE, SECOND } from "./durations.ts";
import { type FlagVerdict, judgeFlag } from "./flag.ts";
import { type Guards, guardsOf } from "./guards.ts";
import { failuresOf, pausesOf } from "./smsd-failures.ts";
import { type Presence, presenceOf } from "./smsd-presence.ts";
import type { DecisionInput, SmsdDemands } from "./types.ts";

/** What the rules about smsd go by: worked out once a pass. */
export interface Situation {
  readonly input: DecisionInput;
  readonly demands: SmsdDemands;
  readonly presence: Presence;
  readonly flag: FlagVerdict;
  readonly guards: Guards;
  /** Memory of smsd as this pass leaves it, before its step is chosen. */
  readonly smsd: SmsdMemory;
}

/** smsd may be between two lives for so long before it counts as down, where something is known to be under way. */
const BETWEEN_LIVES = 2 * SECOND;
const UNDER_WAY = MINUTE;
const IN_MOTION: ReadonlySet<string> = new Set(["activating", "deactivating", "reloading"]);
const STARTS_KEPT = 60 * MINUTE;

export function situationOf(input: DecisionInput, demands: SmsdDemands): Situation {
  const presence = presenceOf(input.memory.smsd, input.seen.smsd, input.now);
  const flag = judgeFlag(input, presence.up);
  const guards = guardsOf(input, demands);
  return { input, demands, presence, flag, guards, smsd: smsdOf(input, demands, presence, flag) };
}

function smsdOf(input: DecisionInput, demands: SmsdDemands, presence: Presence, flag: FlagVerdict): SmsdMemory {
  const { memory, seen, now } = input;
  const before = memory.smsd;
  const excused = flag.standing === "in-force" || demands.hold !== undefined || isBusy(input) || wasStopped(input);
  const pauses = pausesOf(input, presence);
  const setAside = setAsideOf(input);
  const stoppedForRecovery = stoppedFor(input, demands, presence);
  return {
    ...(presence.downSince === undefined ? {} : { downSince: presence.downSince }),
    ...(presence.up ? { up: presence.up } : {}),
    ...(presence.straysSince === undefined ? {} : { straysSince: presence.straysSince }),
    ...(presence.remnants ? { remnantsSince: presence.remnants.since } : {}),
    ...failuresOf(input, presence, excused),
    starts: before.starts.filter((time) => time > now.monotonic - STARTS_KEPT),
    ...(stoppedForRecovery === undefined ? {} : { stoppedForRecovery }),
    ...(setAside !== undefined && setAside === seen.smsd.log.unmovable ? { setAside } : {}),
    ...(pauses ? { pauses } : {}),
  };
}

function wasStopped({ seen }: DecisionInput): boolean {
  return seen.outcomes.some(({ step }) => step.do === "stop-smsd");
}

/** A hold that finds smsd down takes it over; when it is gone, smsd's return ends it. */
function stoppedFor(input: DecisionInput, { hold }: SmsdDemands, { running }: Presence): string | undefined {
  const before = input.memory.smsd.stoppedForRecovery;
  if (hold) return running ? before : hold.modem;
  return running && !isRunning(input, "smsd") ? undefined : before;
}

function setAsideOf({ memory, seen }: DecisionInput): string | undefined {
  const done = seen.outcomes.find(({ subject, step, ok }) => subject === "smsd" && step.do === "set-aside" && ok);
  return done?.step.do === "set-aside" ? done.step.file : memory.smsd.setAside;
}

/** Somebody works on smsd: a step of ours, or a person's command. */
export function isBusy(input: DecisionInput): boolean {
  return input.seen.operator !== undefined || isRunning(input, "smsd") || isRunning(input, "host");
}

export function isRunning({ seen }: DecisionInput, subject: "smsd" | "host"): boolean {
  return seen.running.some((one) => one.subject === subject);
}

/** Whether a person's stop, a refused PIN or a full disk forbids to start smsd, whatever for. */
export function isForbidden({ flag, guards }: Situation): boolean {
  return flag.standing === "in-force" || guards.pinRefused || guards.diskFull;
}

/** Whether smsd is meant to be down. */
export function isWantedDown(situation: Situation): boolean {
  return isForbidden(situation) || situation.demands.hold !== undefined;
}

/** Milliseconds for which smsd may still be down before that means anything: it is on its way from one life to the next. */
export function graceLeft({ input, presence }: Situation): number {
  const { seen, now } = input;
  if (presence.downSince === undefined) return 0;
  const down = now.monotonic - presence.downSince;
  const grace = isBusy(input) ? UNDER_WAY : IN_MOTION.has(seen.smsd.unit) ? BETWEEN_LIVES : 0;
  return Math.max(0, grace - down);
}

/**
 * The message that smsd sent but could not move, as long as it lies in smsd's queue. The log is not to be trusted with a
 * path: only a plain name in the queue's folder counts.
 */
export function unmovable({ input, smsd }: Situation): string | undefined {
  const file = input.seen.smsd.log.unmovable;
  const folder = `${input.inventory.smsd.spool.checked}/`;
  if (file === undefined || file === smsd.setAside || !file.startsWith(folder)) return undefined;
  return isPlainName(file.slice(folder.length)) ? file : undefined;
}
