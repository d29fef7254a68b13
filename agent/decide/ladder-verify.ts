import type { RecoveryMemory } from "../model/memory.ts";
import { showsPolls } from "./checks/modem-progress.ts";
import { ioErrorsSince } from "./io-errors.ts";
import { succeeded } from "./ladder-end.ts";
import { absent, enter, isFreeOfSmsd, rungFailed } from "./ladder-rung.ts";
import { isFree, issue, type Turn, tell, wakeAt } from "./modem-turn.ts";
import { crashed, isPoisoned } from "./poison.ts";
import { probeStep, routeOf } from "./probes.ts";
import { restartsModem } from "./rungs.ts";
import { isSuspended } from "./suspensions.ts";

/** Beyond the model's boot time. */
const SETTLE_MS = 20_000;
const ASK_EVERY_MS = 2_000;
const RESUME_MS = 60_000;
const CONFIRM_MS = 30_000;
/** Where smsd's log does not show its polls, no error within this is all that can be known. */
const SILENT_MS = 5_000;

/** The modem boots, and must answer; where the rung promises a restart, it must have been one. */
export function settle(turn: Turn, recovery: RecoveryMemory): Turn {
  const { facts, memory } = turn;
  const { now, modem } = facts;
  const boot = modem.model.bootSeconds * 1000;
  if (!memory.attached) {
    const until = recovery.phaseSince + 2 * boot;
    return now < until ? wakeAt(turn, until) : absent(turn);
  }
  const rung = recovery.ladder[recovery.rung] ?? "usb-reset";
  const restarted = memory.attached.deviceNumber !== recovery.deviceNumber;
  // What it said before it restarted is nothing that the restarted modem has said.
  const life = Math.max(recovery.phaseSince, memory.attached.since);
  const heard = memory.probe !== undefined && memory.probe.at >= life ? memory.probe : undefined;
  const proven = restarted || !restartsModem(rung);
  if (proven && heard?.answered) return enter(turn, recovery, "resume", { resumedAt: now });
  // One that does not even leave the bus has had its boot time, before which no other rung may follow.
  const limit = life + boot + (proven ? SETTLE_MS : 0);
  if (now < limit || (proven && heard === undefined && isAskable(turn))) return ask(turn, recovery, limit);
  return rungFailed(turn, recovery, whyNot(turn, proven, heard?.answered === true));
}

function isAskable(turn: Turn): boolean {
  return routeOf(turn.facts, { smsdAway: isFreeOfSmsd(turn) }) !== undefined;
}

function ask(turn: Turn, recovery: RecoveryMemory, limit: number): Turn {
  const { facts, memory } = turn;
  const route = routeOf(facts, { smsdAway: isFreeOfSmsd(turn) });
  const { phaseSince } = recovery;
  const due =
    memory.probedAt === undefined || memory.probedAt < phaseSince ? phaseSince : memory.probedAt + ASK_EVERY_MS;
  if (!route || facts.now < due) return wakeAt(turn, Math.min(limit, route ? due : limit));
  if (!isFree(turn)) return turn;
  const { name } = facts.modem;
  return issue(turn, probeStep(name, route.via, route.tty, false), {
    code: "recovery-probe",
    sentence: `${name} is asked whether it answers again.`,
  });
}

function whyNot({ facts }: Turn, proven: boolean, answers: boolean): string {
  if (!proven) return answers ? "the modem answers, but has not restarted" : "the modem did not restart";
  return facts.bound?.at === undefined ? "its AT port did not come back" : "the modem does not answer AT";
}

/** smsd takes the modem back. */
export function resume(turn: Turn, recovery: RecoveryMemory): Turn {
  const { facts, memory } = turn;
  const ours = facts.input.seen.smsd.suspended[facts.modem.name] !== undefined;
  if (memory.attached && facts.smsdSince !== undefined && !ours) return enter(turn, recovery, "confirm");
  const until = recovery.phaseSince + RESUME_MS;
  if (facts.now < until) return wakeAt(turn, until);
  if (!memory.attached) return rungFailed(turn, recovery, "it left the bus again");
  const rung = recovery.ladder[recovery.rung];
  // The modem answers; that smsd may not or cannot start is no fault of its.
  if (rung !== "restart-smsd" && facts.smsdSince === undefined) {
    return succeeded(turn, recovery, "it answers AT, though smsd does not run");
  }
  return rungFailed(turn, recovery, "smsd did not take it back");
}

/** smsd's log must show that the modem answers it. */
export function confirm(turn: Turn, recovery: RecoveryMemory): Turn {
  const { facts, memory } = turn;
  const { log, now, input, modem } = facts;
  const since = recovery.resumedAt ?? recovery.phaseSince;
  if (log?.readyAt !== undefined && log.readyAt > since && memory.attached) {
    return succeeded(turn, recovery, "smsd reads its messages");
  }
  if (log && ioErrorsSince(log, since).length >= 2) {
    return notConfirmed(turn, recovery, "smsd gets input/output errors again");
  }
  const shown = showsPolls(input.inventory, modem);
  const until = recovery.phaseSince + (shown ? CONFIRM_MS : SILENT_MS);
  if (now < until) return wakeAt(turn, Math.min(until, now + 1_000));
  if (!shown && !isSuspended(facts) && memory.attached) {
    return succeeded(turn, recovery, "smsd shows no error");
  }
  return notConfirmed(turn, recovery, log?.trouble?.text ?? "smsd's log shows no answer of the modem");
}

/**
 * The rung helped, or smsd would not have the modem back. If the message of the last hang is in flight again, that is why
 * the modem does not work: it is taken out, and the same rung tried once more.
 */
function notConfirmed(turn: Turn, recovery: RecoveryMemory, why: string): Turn {
  const after = crashed(turn, turn.facts.now);
  if (!isPoisoned(after)) return rungFailed(after, recovery, why);
  const sentence = `${turn.facts.modem.name} stopped again while it sent the same message, which is taken out now.`;
  return enter(tell(after, "warning", { code: "message-suspected", sentence }), recovery, "isolate");
}
