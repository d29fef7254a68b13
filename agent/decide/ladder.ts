import type { RecoveryMemory, RecoveryPhase } from "../model/memory.ts";
import { isForSim } from "./checks/modem-sim.ts";
import { begin, type Others } from "./ladder-begin.ts";
import { abandoned, inVain } from "./ladder-end.ts";
import { act, isolate, rungFailed } from "./ladder-rung.ts";
import { confirm, resume, settle } from "./ladder-verify.ts";
import { remember, report, type Turn } from "./modem-turn.ts";
import { isSuspendedByOthers } from "./suspensions.ts";

type Phase = (turn: Turn, recovery: RecoveryMemory) => Turn;

const PHASES: Readonly<Record<RecoveryPhase, Phase>> = { isolate, act, settle, resume, confirm };
/** Phases that may follow each other in one pass: all of one rung, and the beginning of the next. */
const MOST_PHASES = 8;

/** Begins a recovery or takes it further, and says what it needs of smsd. */
export function ladder(turn: Turn, others: Others): Turn {
  return inVain(climbed(turn, others));
}

function climbed(turn: Turn, others: Others): Turn {
  if (!turn.memory.recovery) {
    const next = begin(turn, others);
    return next.memory.recovery ? further(next, others) : next;
  }
  const over = reasonToEnd(turn);
  return over ? abandoned(turn, over.code, over.why) : further(turn, others);
}

/** smsd was to be held, since it had no other modem; one that has come meanwhile and works is not to pay for it. */
function sparing(turn: Turn, others: Others): Turn {
  const { recovery } = turn.memory;
  if (recovery?.isolation !== "hold" || !others.work) return turn;
  return remember(turn, { recovery: { ...recovery, isolation: "suspend" } });
}

/** A restart of smsd may have been in order when the climb began, and another modem work before it is carried out. */
function wouldInterrupt({ facts }: Turn, recovery: RecoveryMemory, others: Others): boolean {
  const { phase, ladder, rung, issuedAt } = recovery;
  if (phase !== "act" || ladder[rung] !== "restart-smsd" || !others.work || facts.log?.dead) return false;
  if (issuedAt === undefined) return true;
  const { running, outcomes } = facts.input.seen;
  const underWay = running.some(({ subject }) => subject === "smsd");
  const ended = outcomes.some(({ step }) => step.do === "restart-smsd");
  return !underWay && !ended && facts.smsdSince !== undefined && facts.smsdSince <= issuedAt;
}

function further(turn: Turn, others: Others): Turn {
  if (turn.facts.restraint) return demanding(paused(turn));
  let next = turn;
  for (let count = 0; count < MOST_PHASES; count += 1) {
    next = sparing(next, others);
    const { recovery } = next.memory;
    if (!recovery) return next;
    const after = wouldInterrupt(next, recovery, others)
      ? rungFailed(next, recovery, "it would have interrupted another modem, which works")
      : PHASES[recovery.phase](next, recovery);
    if (after.memory.recovery === recovery) return demanding(after);
    next = after;
  }
  return demanding(next);
}

function reasonToEnd(turn: Turn): { readonly code: string; readonly why: string } | undefined {
  const { facts, pinRefused, memory } = turn;
  const { restraint, input } = facts;
  if (restraint?.kind === "manual-stop") return { code: "recovery-given-up", why: restraint.sentence };
  if (!input.inventory.watchdog.enabled)
    return { code: "recovery-given-up", why: "the inventory switched the watchdog off" };
  if (pinRefused) return { code: "recovery-given-up", why: "the SIM refused its PIN" };
  if (!memory.recovery?.port && isForSim(turn)) {
    return { code: "recovery-given-up", why: "the modem answers, and its SIM cannot be used" };
  }
  if (isSuspendedByOthers(facts)) return { code: "recovery-given-up", why: "somebody else keeps smsd away from it" };
  return undefined;
}

/** While a person works on the host nothing begins; the phase has its whole time when they are done. */
function paused(turn: Turn): Turn {
  const { recovery } = turn.memory;
  return recovery ? remember(turn, { recovery: { ...recovery, phaseSince: turn.facts.now } }) : turn;
}

/** smsd is kept away until the modem is given back. */
function demanding(turn: Turn): Turn {
  const { recovery } = turn.memory;
  if (!recovery) return turn;
  // In the pass in which it begins, the check has reported it.
  const known = turn.findings.some(({ code }) => code === recovery.cause.code);
  const told = known
    ? turn
    : report(turn, {
        code: recovery.cause.code,
        level: "critical",
        sentence: recovery.cause.sentence,
        evidence: ["a recovery is under way"],
        notify: false,
      });
  if (recovery.phase === "resume" || recovery.phase === "confirm") return told;
  const { name } = turn.facts.modem;
  if (recovery.isolation === "hold")
    return { ...told, hold: `${name} is being recovered, and smsd has no other modem.` };
  if (recovery.phase !== "act" || recovery.ladder[recovery.rung] !== "restart-smsd") {
    return { ...told, suspend: "it is being recovered" };
  }
  const sentence = `${name} does not work, and answers where smsd is not in the way.`;
  return { ...told, restart: { code: "recovery-restart", sentence } };
}
