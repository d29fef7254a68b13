import { findingKey, type Level } from "../model/finding.ts";
import type { RecoveryEnd, RecoveryMemory } from "../model/memory.ts";
import { backoff } from "./backoff.ts";
import { MINUTE, spokenDuration } from "./durations.ts";
import { forget, remember, report, seconds, type Turn, tell } from "./modem-turn.ts";

/** The modem works again. `how` completes a sentence. */
export function succeeded(turn: Turn, recovery: RecoveryMemory, how: string): Turn {
  const { now, modem } = turn.facts;
  const rung = recovery.ladder[recovery.rung];
  const lasted = seconds(now - recovery.since);
  const by = rung === undefined ? "without any reset" : `by ${rung}`;
  const sentence = `${modem.name} works again after ${lasted}, ${by}: ${how}.`;
  const over = forget(turn, "recovery", "triedInVain");
  const known = remember(over, {
    failedChecks: 0,
    failedRecoveries: 0,
    recoveredAt: now,
    lastRecovery: endOf(turn, recovery, { ok: true, how }),
    ...(rung === undefined ? {} : { lastGoodRung: rung }),
  });
  return tell(known, "info", { code: "recovery-succeeded", sentence }, true);
}

/** No rung helped: smsd gets the modem back, and the next climb waits longer each time. */
export function failed(turn: Turn, why: string): Turn {
  const { now, modem, input } = turn.facts;
  const { recovery } = turn.memory;
  const failures = turn.memory.failedRecoveries + 1;
  const pause = backoff(failures, MINUTE, input.inventory.watchdog.longestBackoff * 1000);
  const never = !turn.memory.everHealthy;
  const next = never ? "it is tried again when it is plugged in anew" : `next try in ${spokenDuration(pause)}`;
  const known = remember(forget(turn, "recovery"), {
    failedChecks: 0,
    failedRecoveries: failures,
    recoveredAt: now,
    notBefore: now + pause,
    ...(recovery ? { lastRecovery: endOf(turn, recovery, { ok: false, how: why }) } : {}),
    ...(never ? { triedInVain: true } : {}),
  });
  const sentence = `${modem.name} could not be recovered: ${why}; ${next}.`;
  return tell(known, "critical", { code: "recovery-failed", sentence }, true);
}

/**
 * After a recovery in vain, until the modem works: also while the next one is under way, or each climb would look like the
 * end of the fault.
 */
export function inVain(turn: Turn): Turn {
  const { facts, memory } = turn;
  const { name } = facts.modem;
  if (memory.failedRecoveries === 0 || turn.healthy || !(memory.attached || memory.recovery)) return turn;
  const key = findingKey({ code: "recovery-failed", subject: facts.subject });
  const isKnown = facts.input.memory.findings[key] !== undefined || memory.recoveredAt === facts.now;
  // It may have worked meanwhile, without any recovery.
  const waits = turn.failure !== undefined && facts.now < memory.notBefore;
  if (!isKnown && !waits) return turn;
  const next = memory.triedInVain
    ? "it is tried again when it is plugged in anew"
    : "it is tried again and again, with growing pauses";
  return report(turn, {
    code: "recovery-failed",
    level: "critical",
    sentence: `${name} does not work, and no rung of its recovery helped; ${next}.`,
    evidence: facts.input.memory.findings[key]?.evidence ?? (turn.failure ? [turn.failure.sentence] : []),
    fix: "Take the modem's power away for ten seconds; if that does not help either, try it on another machine.",
    notify: true,
  });
}

/** The recovery ends without a result: there is nothing left to recover, or somebody else has taken over. */
export function abandoned(turn: Turn, code: string, why: string, level: Level = "info"): Turn {
  const { now } = turn.facts;
  const { recovery } = turn.memory;
  // The rung may have reached the modem: it is given its time to boot, whatever comes next.
  const isReset = recovery?.phase === "act" && recovery.issuedAt !== undefined;
  const known = remember(forget(turn, "recovery"), {
    failedChecks: 0,
    recoveredAt: now,
    ...(isReset ? { resetAt: now } : {}),
    ...(recovery ? { lastRecovery: endOf(turn, recovery, { ok: false, how: why }) } : {}),
  });
  const sentence = `The recovery of ${turn.facts.modem.name} ends: ${why}.`;
  // Whoever was told that it began hears of its end.
  return tell(known, level, { code, sentence }, true);
}

function endOf({ facts }: Turn, recovery: RecoveryMemory, end: Pick<RecoveryEnd, "ok" | "how">): RecoveryEnd {
  const { cause, since, ladder, rung: index, phase, issuedAt } = recovery;
  // Until its step has begun, the rung before it is the last that was tried.
  const isWaiting = phase === "isolate" || (phase === "act" && issuedAt === undefined);
  const tried = ladder[isWaiting ? index - 1 : index];
  return {
    at: facts.input.now.wall,
    ...end,
    ...(tried === undefined ? {} : { rung: tried }),
    cause: cause.sentence,
    took: facts.now - since,
  };
}
