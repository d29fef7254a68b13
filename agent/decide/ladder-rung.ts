import type { RecoveryMemory, RecoveryPhase } from "../model/memory.ts";
import { bootedAt } from "./health.ts";
import { abandoned, failed } from "./ladder-end.ts";
import { isFree, issue, remember, type Turn, tell, wakeAt } from "./modem-turn.ts";
import { isPoisoned, setAside } from "./poison.ts";
import { probeStep } from "./probes.ts";
import { budgetAt, rungStep, withRung } from "./rungs.ts";
import { isSuspended } from "./suspensions.ts";

/** smsd's stop takes up to 20 s; other work on it may come first. */
const ISOLATE_MS = 120_000;
/** smsd, woken by SIGCONT, lets go at once and says so, unless it waits for the modem (up to two minutes); that long nobody waits. */
const LET_GO_MS = 5_000;
/** A modem whose port has power again is on the bus within this. */
const POWERED_MS = 30_000;
/** smsd's stop (up to 20 s) and start. */
const RESTART_MS = 120_000;

/** Goes over to a phase; what belongs to the one before is forgotten. */
export function enter(
  turn: Turn,
  recovery: RecoveryMemory,
  phase: RecoveryPhase,
  change: Partial<RecoveryMemory> = {},
): Turn {
  const { issuedAt: _issued, resumedAt, isolatedAt, ...rest } = recovery;
  const kept = {
    ...(phase === "confirm" && resumedAt !== undefined ? { resumedAt } : {}),
    ...(phase === "resume" || phase === "confirm" || isolatedAt === undefined ? {} : { isolatedAt }),
  };
  return remember(turn, { recovery: { ...rest, ...kept, phase, phaseSince: turn.facts.now, ...change } });
}

/** smsd lets go; a message that kills the modem is taken out; the modem is asked whether it hangs at all. */
export function isolate(turn: Turn, recovery: RecoveryMemory): Turn {
  const { now } = turn.facts;
  const noted = noteIsolation(turn, recovery);
  const current = noted.memory.recovery ?? recovery;
  if (current.isolatedAt === undefined) {
    const until = recovery.phaseSince + ISOLATE_MS;
    return now < until ? wakeAt(noted, until) : failed(noted, "smsd did not let go of it");
  }
  const due = letGoAt(noted, current.isolatedAt);
  if (now < due) return wakeAt(noted, due);
  if (isStepRunning(noted)) return noted;
  if (isPoisoned(noted) && isFree(noted)) return setAside(noted);
  return current.answered === undefined && current.rung === 0 ? diagnose(noted, current) : enter(noted, current, "act");
}

function noteIsolation(turn: Turn, recovery: RecoveryMemory): Turn {
  const free = isFreeOfSmsd(turn);
  if (free === (recovery.isolatedAt !== undefined)) return turn;
  const { isolatedAt: _, ...rest } = recovery;
  return remember(turn, { recovery: free ? { ...rest, isolatedAt: turn.facts.now } : rest });
}

/** smsd is down, or told to let go. Whatever acts on the modem, or asks on its AT port, waits for that. */
export function isFreeOfSmsd({ facts }: Turn): boolean {
  return facts.smsdSince === undefined || isSuspended(facts);
}

function letGoAt({ facts }: Turn, isolatedAt: number): number {
  const letGo = facts.log?.suspendedAt !== undefined || facts.smsdSince === undefined;
  return letGo ? isolatedAt : isolatedAt + LET_GO_MS;
}

function isStepRunning({ facts, step }: Turn): boolean {
  return facts.busy || step !== undefined;
}

/**
 * Before the first rung: a modem that answers on its free AT port needs no reset, only a smsd that begins anew; one that
 * does not answer is not mended by restarting smsd.
 */
function diagnose(turn: Turn, recovery: RecoveryMemory): Turn {
  const { bound } = turn.facts;
  const { probe } = turn.memory;
  if (bound?.at === undefined || recovery.ladder.length === 0) return enter(turn, recovery, "act");
  if (recovery.issuedAt === undefined) {
    if (!isFree(turn)) return turn;
    const asked = issue(turn, probeStep(turn.facts.modem.name, "at", bound.at, false), {
      code: "recovery-probe",
      sentence: `${turn.facts.modem.name} is asked whether it answers while smsd is away.`,
    });
    return remember(asked, { recovery: { ...recovery, issuedAt: turn.facts.now } });
  }
  // Without a result (somebody else held the port) nothing is concluded.
  if (!probe || probe.at < recovery.issuedAt) return enter(turn, recovery, "act");
  const others = recovery.ladder.filter((rung) => rung !== "restart-smsd");
  if (!probe.answered) {
    return enter(turn, recovery, "act", { answered: false, ...(others.length > 0 ? { ladder: others } : {}) });
  }
  const restart = recovery.ladder.includes("restart-smsd");
  if (restart) return enter(turn, recovery, "act", { answered: true, ladder: ["restart-smsd", ...others] });
  return enter(turn, recovery, "resume", { answered: true, rung: -1, resumedAt: turn.facts.now });
}

/** The rung itself. */
export function act(turn: Turn, recovery: RecoveryMemory): Turn {
  const rung = recovery.ladder[recovery.rung];
  if (rung === undefined) return failed(turn, "no rung helped");
  if (recovery.issuedAt !== undefined)
    return rung === "restart-smsd" ? restarting(turn, recovery) : acted(turn, recovery);
  const { now } = turn.facts;
  const { attached, goneSince } = turn.memory;
  const boot = turn.facts.modem.model.bootSeconds * 1000;
  if (!attached) {
    const until = Math.max(recovery.phaseSince, goneSince ?? now) + 2 * boot;
    return now < until ? wakeAt(turn, until) : absent(turn);
  }
  if (now < bootedAt(turn)) return wakeAt(turn, bootedAt(turn));
  if (budgetAt(turn.memory.rungs) > now) return failed(turn, "its rungs of this hour are used up");
  if (!isFree(turn)) return turn;
  // smsd was started meanwhile, by whomever.
  if (rung !== "restart-smsd" && !isFreeOfSmsd(turn)) return enter(turn, recovery, "isolate");
  return tryRung(turn, recovery);
}

function tryRung(turn: Turn, recovery: RecoveryMemory): Turn {
  const { now, modem, bound, input } = turn.facts;
  const rung = recovery.ladder[recovery.rung];
  if (rung === undefined) return failed(turn, "no rung helped");
  const reason = { code: "rung-tried", sentence: `${modem.name}: ${rung} is tried (${recovery.cause.sentence})` };
  const step = rungStep(rung, turn);
  if (!step && rung !== "restart-smsd") return rungFailed(turn, recovery, "it has no terminal to reset it on");
  const tried = remember(tell(turn, "info", reason), {
    rungs: withRung(turn.memory.rungs, now),
    recovery: { ...recovery, issuedAt: now, ...(bound ? { deviceNumber: bound.deviceNumber } : {}) },
    ...(rung === "host-reboot" ? { rebootedAt: input.now.wall } : {}),
  });
  return step ? issue(tried, step, reason) : tried;
}

/** smsd is down already, or the service's rules restart it. */
function restarting(turn: Turn, recovery: RecoveryMemory): Turn {
  const { now, smsdSince, input } = turn.facts;
  const begun = recovery.issuedAt ?? recovery.phaseSince;
  // Of two lives of smsd within two seconds the processes' times do not tell the second from the first.
  const done = input.seen.outcomes.some(({ step, ok, startedAt }) => {
    return step.do === "restart-smsd" && ok && startedAt >= begun;
  });
  const anew = done || smsdSince === undefined || smsdSince > begun;
  if (recovery.isolation === "hold" || anew) return enter(turn, recovery, "resume", { resumedAt: now });
  const until = begun + RESTART_MS;
  return now < until ? wakeAt(turn, until) : rungFailed(turn, recovery, "smsd was not restarted");
}

/** What came of the rung's step. One that was lost with the agent's own end may have been carried out: the modem shows it. */
function acted(turn: Turn, recovery: RecoveryMemory): Turn {
  const { facts, memory } = turn;
  if (isStepRunning(turn)) return turn;
  const rung = recovery.ladder[recovery.rung];
  const begun = recovery.issuedAt ?? recovery.phaseSince;
  const outcome = facts.outcomes.find(({ step, startedAt }) => step.do === rung && startedAt >= begun);
  if (!outcome && rung === "usb-authorize" && facts.bound?.unauthorized) {
    // The agent ended between taking the authorization away and giving it back.
    const { issuedAt: _lost, ...rest } = recovery;
    return remember(turn, { recovery: rest });
  }
  if (!outcome && rung === "usb-power" && !memory.attached) return powerAgain(turn, recovery);
  const moved = !memory.attached || memory.attached.deviceNumber !== recovery.deviceNumber;
  if (outcome && !outcome.ok && !moved) return rungFailed(turn, recovery, outcome.detail);
  return enter(remember(turn, { resetAt: facts.now }), recovery, "settle");
}

/** The agent ended while the port was without power, which nothing but the rung itself gives back. */
function powerAgain(turn: Turn, recovery: RecoveryMemory): Turn {
  const { facts } = turn;
  const { power, name } = facts.modem;
  if (!power) return enter(turn, recovery, "settle");
  // Perhaps the rung came to its end without us, and the modem is on its way back.
  const due = (recovery.issuedAt ?? recovery.phaseSince) + POWERED_MS;
  if (facts.now < due) return wakeAt(turn, due);
  if (!isFree(turn)) return turn;
  const again = remember(turn, { recovery: { ...recovery, issuedAt: facts.now } });
  return issue(
    again,
    { do: "usb-power", modem: name, ...power },
    { code: "rung-repeated", sentence: `${name}: usb-power was cut off, and its port may be without power.` },
  );
}

export function rungFailed(turn: Turn, recovery: RecoveryMemory, why: string): Turn {
  const rung = recovery.ladder[recovery.rung] ?? "giving it back to smsd";
  const sentence = `${turn.facts.modem.name}: ${rung} did not help: ${why}.`;
  const told = tell(turn, "warning", { code: "rung-failed", sentence });
  const next = recovery.rung + 1;
  if (next >= recovery.ladder.length) return failed(told, "no rung helped");
  return enter(told, recovery, "isolate", { rung: next, answered: recovery.answered ?? false });
}

/** It left the bus and did not return: then there is nothing to reset. */
export function absent(turn: Turn): Turn {
  return abandoned(turn, "modem-absent", "it left the bus and has not come back", "critical");
}
