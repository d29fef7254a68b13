import type { RecoveryMemory } from "../model/memory.ts";
import { bootedAt } from "./health.ts";
import { type Failure, remember, report, type Turn, tell, wakeAt } from "./modem-turn.ts";
import { crashed } from "./poison.ts";
import { budgetAt, ladderFor } from "./rungs.ts";
import { isSuspendedByOthers } from "./suspensions.ts";

/** What a recovery must know of the other modems. */
export interface Others {
  /** Another one works with smsd, and is not to be interrupted. */
  readonly work: boolean;
  /** Another one is on the bus: smsd stays up, and lets go of the sick one only. */
  readonly present: boolean;
}

/** Begins a recovery if enough checks have failed and nothing forbids it. */
export function begin(turn: Turn, others: Others): Turn {
  const { failure, memory, facts } = turn;
  const { watchdog } = facts.input.inventory;
  if (!failure || !watchdog.enabled || memory.failedChecks < watchdog.failuresBeforeRecovery) return turn;
  if (!mayBegin(turn)) return turn;
  const ladder = ladderFor(turn, { port: failure.port, othersWork: others.work });
  if (ladder.length === 0) return nothingToTry(turn, failure);
  const due = Math.max(memory.notBefore, bootedAt(turn), budgetAt(memory.rungs));
  if (facts.now >= due) return begun(turn, failure, others, ladder);
  return wakeAt(budgetAt(memory.rungs) > facts.now ? overBudget(turn) : turn, due);
}

function mayBegin({ facts, memory, pinRefused }: Turn): boolean {
  if (!facts.bound || facts.restraint || pinRefused || isSuspendedByOthers(facts)) return false;
  return memory.everHealthy || memory.triedInVain !== true;
}

function begun(turn: Turn, failure: Failure, others: Others, ladder: RecoveryMemory["ladder"]): Turn {
  const { now, modem, bound } = turn.facts;
  const silent = isKnownSilent(turn, failure);
  const resets = ladder.filter((rung) => rung !== "restart-smsd");
  const recovery: RecoveryMemory = {
    cause: { code: failure.code, sentence: failure.sentence },
    ...(failure.port ? { port: true } : {}),
    since: now,
    phase: "isolate",
    phaseSince: now,
    ladder: silent && resets.length > 0 ? resets : ladder,
    rung: 0,
    isolation: others.present ? "suspend" : "hold",
    ...(bound ? { deviceNumber: bound.deviceNumber } : {}),
    ...(silent ? { answered: false } : {}),
  };
  // The end of smsd's process has been put down already.
  const dead = turn.facts.log?.dead?.at;
  const suspecting = dead !== undefined && dead === turn.memory.suspect?.at ? turn : crashed(turn, now);
  const sentence = `Recovery of ${modem.name} begins: ${failure.sentence}`;
  return tell(remember(suspecting, { recovery }), "warning", { code: "recovery-begun", sentence }, true);
}

/** That the modem itself does not answer is plain: a probe has just said so, or smsd's errors came from a port opened anew each time. */
function isKnownSilent({ facts }: Turn, { code }: Failure): boolean {
  return code === "at-silent" || (code === "io-errors" && facts.modem.smsd.keep_open === false);
}

function overBudget(turn: Turn): Turn {
  return report(turn, {
    code: "recovery-budget-spent",
    level: "critical",
    sentence: `${turn.facts.modem.name} was reset so often within an hour that it is left alone for a while.`,
    evidence: turn.failure ? [turn.failure.sentence] : [],
    fix: "Resets help for a short time only: look at its power supply, its cable and its firmware.",
    notify: true,
  });
}

function nothingToTry(turn: Turn, failure: Failure): Turn {
  return report(turn, {
    code: "recovery-impossible",
    level: "critical",
    sentence: `${turn.facts.modem.name} does not work, and no rung that the inventory allows could help.`,
    evidence: [failure.sentence],
    fix: "Plug it in anew; watchdog.rungs in the inventory names what the agent may do by itself.",
    notify: true,
  });
}
