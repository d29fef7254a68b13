import { checkAnswer } from "./checks/modem-answer.ts";
import { checkIoErrors } from "./checks/modem-io-errors.ts";
import { checkPorts } from "./checks/modem-ports.ts";
import { checkPower } from "./checks/modem-power.ts";
import {
  checkBlocked,
  checkProcess,
  checkProgress,
  checkTrouble,
  progressLimit,
  silentAt,
} from "./checks/modem-progress.ts";
import { checkRegistration, checkSignal } from "./checks/modem-radio.ts";
import { checkSim, checkStorage, isForSim } from "./checks/modem-sim.ts";
import { currentSince, type ModemCheck, type Verdict } from "./checks/modem-verdict.ts";
import { isLinked } from "./links.ts";
import { type Failure, forget, remember, report, type Turn, wakeAt } from "./modem-turn.ts";
import { isSuspended } from "./suspensions.ts";

/** Whether the modem works: these may lead to a recovery. The first that fails names the cause. */
const VITAL: readonly ModemCheck[] = [checkIoErrors, checkPorts, checkTrouble, checkAnswer, checkProgress];
/** What a person should know, and what no restart of the modem mends. */
const OTHERS: readonly ModemCheck[] = [
  checkProcess,
  checkBlocked,
  checkRegistration,
  checkSignal,
  checkSim,
  checkStorage,
  checkPower,
];

/** How the modem is, and how many checks it has failed in a row. */
export function health(before: Turn): Turn {
  const turn = expectation(before);
  const told = OTHERS.flatMap((check) => check(turn) ?? []).reduce((next, { finding }) => report(next, finding), turn);
  const { attached, recovery } = turn.memory;
  // While it boots and while it is being recovered, nothing it does or does not do means anything.
  if (!attached || recovery) return told;
  const booted = bootedAt(turn);
  if (turn.facts.now < booted) return wakeAt(withHealth(told), booted);
  const verdicts = VITAL.flatMap((check) => check(turn) ?? []);
  const reported = verdicts.slice(0, 1).reduce((next, { finding }) => report(next, notified(turn, finding)), told);
  return counted(withHealth(withFailure(reported, verdicts)));
}

/** Monotonic time before which nothing resets the modem, since it appeared or was reset; only for one that is there. */
export function bootedAt({ facts, memory }: Turn): number {
  const since = Math.max(
    memory.attached?.since ?? Number.POSITIVE_INFINITY,
    memory.resetAt ?? Number.NEGATIVE_INFINITY,
  );
  return since + facts.modem.model.bootSeconds * 1000;
}

/** A recovery is told of by itself; where there will be none, the fault is. */
function notified({ facts }: Turn, finding: Verdict["finding"]): Verdict["finding"] {
  return facts.input.inventory.watchdog.enabled ? finding : { ...finding, notify: true };
}

function withFailure(turn: Turn, verdicts: readonly Verdict[]): Turn {
  const found = verdicts.find(({ failure }) => failure !== undefined);
  if (!found?.failure) return turn;
  const { code, sentence } = found.finding;
  const failure: Failure = { code, sentence, ...found.failure };
  // Without a SIM smsd gets nowhere either; that is the SIM's fault.
  return isForSim(turn) && !failure.atOnce ? turn : { ...turn, failure };
}

/** Since when smsd should be talking to the modem. */
function expectation(turn: Turn): Turn {
  const { facts, memory } = turn;
  const { log, smsdSince, now } = facts;
  const blocked = log?.blocked !== undefined && now < log.blocked.at + log.blocked.seconds * 1000;
  const ended = log?.dead !== undefined || log?.pinRefused !== undefined;
  const expected = smsdSince !== undefined && isLinked(turn) && !isSuspended(facts) && !blocked && !ended;
  if (!expected) return forget(turn, "expectedSince");
  if (memory.expectedSince !== undefined) return turn;
  return remember(turn, { expectedSince: now });
}

function withHealth(turn: Turn): Turn {
  const { now, log, smsdSince } = turn.facts;
  const { probe, expectedSince } = turn.memory;
  if (turn.failure) return turn;
  const since = Math.max(currentSince(turn), smsdSince ?? Number.NEGATIVE_INFINITY);
  const polled = log?.readyAt !== undefined && log.readyAt > since && now - log.readyAt < progressLimit(turn);
  if (expectedSince !== undefined && polled) return { ...turn, healthy: true };
  const answers = probe?.answered === true && probe.at > currentSince(turn) && now - probe.at < progressLimit(turn);
  return answers && expectedSince === undefined ? { ...turn, healthy: true } : turn;
}

/** A failed check counts at once, then once each interval while it lasts. */
function counted(turn: Turn): Turn {
  const { failure, facts, memory } = turn;
  const silent = silentAt(turn);
  const waking = silent !== undefined && silent > facts.now ? wakeAt(turn, silent) : turn;
  if (!failure) return memory.failedChecks === 0 ? waking : remember(waking, { failedChecks: 0 });
  const { failuresBeforeRecovery, interval } = facts.input.inventory.watchdog;
  if (memory.failedChecks >= failuresBeforeRecovery) return waking;
  const next = (memory.lastCheckAt ?? Number.NEGATIVE_INFINITY) + interval * 1000;
  if (!failure.atOnce && memory.failedChecks > 0 && facts.now < next) return wakeAt(waking, next);
  const failedChecks = failure.atOnce ? failuresBeforeRecovery : memory.failedChecks + 1;
  return wakeAt(remember(waking, { failedChecks, lastCheckAt: facts.now }), facts.now + interval * 1000);
}
