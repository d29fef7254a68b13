import type { SmsdMemory } from "../model/memory.ts";
import type { AgentStep, IssuedStep, Reason } from "../model/step.ts";
import { SET_ASIDE } from "../paths.ts";
import { MINUTE, SECOND } from "./durations.ts";
import { reasonToClear } from "./flag-findings.ts";
import { isPaused } from "./smsd-failures.ts";
import { graceLeft, isForbidden, isRunning, isWantedDown, type Situation, unmovable } from "./smsd-situation.ts";
import { suspendStep } from "./smsd-suspend.ts";

/** smsd finishes the command in hand; most take less. */
const STOP_GRACE = 10 * SECOND;
/** A stray smsd is left alone so long: whoever started it may be about to stop it. */
export const STRAY_GRACE = MINUTE;
/** A modem's process may be in the middle of a message, which it finishes; the notifier has nothing to finish, and ignores TERM. */
const REMNANT_GRACE = { modem: 20 * SECOND, notifier: SECOND };
/** Two smsd on one spool send each message twice; a process on its way into the unit is no second one. */
export const RIVAL_GRACE = 10 * SECOND;
/** Restarts for a modem's sake within an hour; what modems ask for beyond is granted seldom. */
export const RESTART_BUDGET = 6;
/** A modem needs some seconds to be taken on before a further restart makes sense. */
const RESTART_GAP = 10 * SECOND;
/** Between two restarts once the budget is spent: nothing is given up for good. */
const RESTART_PAUSE = 10 * MINUTE;

type Rule = (situation: Situation) => IssuedStep | undefined;

/** The first that has something to do decides. A manual stop is ended first, and what protects comes before what helps. */
const RULES: readonly Rule[] = [
  clearFlag,
  stopRemnants,
  stopForRecovery,
  startAgain,
  adoptStrays,
  restartForModem,
  suspendStep,
];

/**
 * What is done about smsd now: one step, since each of them changes what the next would go by. All of them (the suspend
 * file, too, which comes and goes with smsd) are of the subject `smsd` and so never run side by side; but a leftover flag
 * does not wait for a long step on smsd.
 */
export function smsdStep(situation: Situation): IssuedStep | undefined {
  const { input } = situation;
  if (input.seen.operator) return undefined;
  if (!isRunning(input, "smsd")) return firstOf(situation);
  if (situation.flag.standing !== "leftover" || isRunning(input, "host")) return undefined;
  const clear = clearFlag(situation);
  return clear && { ...clear, subject: "host" };
}

function firstOf(situation: Situation): IssuedStep | undefined {
  for (const rule of RULES) {
    const issued = rule(situation);
    if (issued) return issued;
  }
  return undefined;
}

function onSmsd(step: AgentStep, reason: Reason): IssuedStep {
  return { subject: "smsd", step, reason };
}

function clearFlag({ flag, smsd, input }: Situation): IssuedStep | undefined {
  if (flag.standing !== "expired" && flag.standing !== "leftover") return undefined;
  if (isRunning(input, "host") || isPaused(smsd, "clear-flag", input.now.monotonic)) return undefined;
  const { manualStop } = input.inventory;
  return onSmsd({ do: "clear-flag", path: manualStop.flag }, reasonToClear(flag, manualStop));
}

/** Monotonic time from which what a dead main process left behind is ended; until then systemd waits for it, 90 s at most. */
export function remnantsEndAt({ presence }: Situation): number | undefined {
  const { remnants } = presence;
  return remnants && remnants.since + (remnants.modem ? REMNANT_GRACE.modem : REMNANT_GRACE.notifier);
}

function stopRemnants(situation: Situation): IssuedStep | undefined {
  const { smsd, input } = situation;
  const end = remnantsEndAt(situation);
  const now = input.now.monotonic;
  if (end === undefined || now < end || isPaused(smsd, "stop-smsd", now)) return undefined;
  return onSmsd(
    { do: "stop-smsd", grace: 0 },
    {
      code: "smsd-remnants",
      sentence: "smsd's main process has ended, and what it left behind keeps the service from starting: it is ended.",
    },
  );
}

function stopForRecovery({ demands, input, smsd }: Situation): IssuedStep | undefined {
  const { hold } = demands;
  if (!hold || input.seen.smsd.processes.length === 0 || isPaused(smsd, "stop-smsd", input.now.monotonic))
    return undefined;
  return onSmsd({ do: "stop-smsd", grace: STOP_GRACE }, { code: "recovery", sentence: hold.sentence });
}

function startAgain(situation: Situation): IssuedStep | undefined {
  const { presence, smsd, input } = situation;
  if (presence.running || isWantedDown(situation) || graceLeft(situation) > 0) return undefined;
  if (input.now.monotonic < smsd.notBefore) return undefined;
  const reason = smsd.stoppedForRecovery
    ? {
        code: "recovery-over",
        sentence: `The recovery of ${smsd.stoppedForRecovery} no longer needs smsd to be down: it is started.`,
      }
    : { code: "smsd-down", sentence: "smsd does not run, and nobody stopped it on purpose: it is started." };
  return unlessUnmovable(situation, onSmsd({ do: "start-smsd" }, reason));
}

/** An smsd outside the unit is watched by nobody, and nothing stops it in an orderly way. */
function adoptStrays(situation: Situation): IssuedStep | undefined {
  const { presence, smsd, demands, input } = situation;
  const { strays, processes } = input.seen.smsd;
  const now = input.now.monotonic;
  if (presence.straysSince === undefined || now < smsd.notBefore || isForbidden(situation)) return undefined;
  const grace = processes.length > 0 ? RIVAL_GRACE : STRAY_GRACE;
  // Only the unit's smsd can be stopped and restarted.
  const atOnce = processes.length === 0 && (demands.restart !== undefined || demands.hold !== undefined);
  if (!atOnce && now - presence.straysSince < grace) return undefined;
  const pids = strays.map(({ pid }) => pid);
  return unlessUnmovable(
    situation,
    onSmsd(
      { do: "adopt-smsd", pids },
      {
        code: "smsd-outside-service",
        sentence: "smsd runs outside its service: it is ended there and started as the service.",
      },
    ),
  );
}

function restartForModem(situation: Situation): IssuedStep | undefined {
  const { demands, input, smsd } = situation;
  const { restart } = demands;
  if (!restart || input.seen.smsd.processes.length === 0 || isWantedDown(situation)) return undefined;
  // An inventory that is being applied restarts smsd itself where it must.
  if (isRunning(input, "host")) return undefined;
  if (input.now.monotonic < restartAt(smsd)) return undefined;
  return unlessUnmovable(
    situation,
    onSmsd({ do: "restart-smsd", grace: STOP_GRACE }, { code: restart.code, sentence: restart.sentence }),
  );
}

/** Monotonic time from which a restart makes sense again: at once, or seldom where it was tried too often. */
export function restartAt(smsd: SmsdMemory): number {
  const gap = budgetSpent(smsd) ? RESTART_PAUSE : RESTART_GAP;
  return Math.max(smsd.notBefore, ...smsd.starts.map((time) => time + gap));
}

export function budgetSpent({ starts }: SmsdMemory): boolean {
  return starts.length >= RESTART_BUDGET;
}

/** Nothing starts smsd while a message lies in its queue that it would send once more: that is taken out first. */
function unlessUnmovable(situation: Situation, start: IssuedStep): IssuedStep | undefined {
  const file = unmovable(situation);
  if (file === undefined) return start;
  if (isPaused(situation.smsd, "set-aside", situation.input.now.monotonic)) return undefined;
  const why =
    "smsd has sent this message but could not move it out of its queue; it would send it again at each start.";
  return onSmsd({ do: "set-aside", file, folder: SET_ASIDE, why }, { code: "message-unmovable", sentence: why });
}
