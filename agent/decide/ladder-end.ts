import type { RecoveryMemory } from "../model/memory.ts";
import { backoff } from "./backoff.ts";
import { MINUTE, spokenDuration } from "./durations.ts";
import { forget, remember, seconds, type Turn, tell } from "./modem-turn.ts";

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
    ...(rung === undefined ? {} : { lastGoodRung: rung }),
  });
  return tell(known, "info", { code: "recovery-succeeded", sentence }, true);
}

/** No rung helped: smsd gets the modem back, and the next climb waits longer each time. */
export function failed(turn: Turn, why: string): Turn {
  const { now, modem, input } = turn.facts;
  const failures = turn.memory.failedRecoveries + 1;
  const pause = backoff(failures, MINUTE, input.inventory.watchdog.longestBackoff * 1000);
  const never = !turn.memory.everHealthy;
  const next = never ? "it is tried again when it is plugged in anew" : `next try in ${spokenDuration(pause)}`;
  const known = remember(forget(turn, "recovery"), {
    failedChecks: 0,
    failedRecoveries: failures,
    recoveredAt: now,
    notBefore: now + pause,
    ...(never ? { triedInVain: true } : {}),
  });
  const sentence = `${modem.name} could not be recovered: ${why}; ${next}.`;
  return tell(known, "critical", { code: "recovery-failed", sentence }, true);
}

/** The recovery ends without a result: there is nothing left to recover, or somebody else has taken over. */
export function abandoned(turn: Turn, code: string, why: string, notify = false): Turn {
  const { now } = turn.facts;
  const { recovery } = turn.memory;
  // The rung may have reached the modem: it is given its time to boot, whatever comes next.
  const isReset = recovery?.phase === "act" && recovery.issuedAt !== undefined;
  const known = remember(forget(turn, "recovery"), {
    failedChecks: 0,
    recoveredAt: now,
    ...(isReset ? { resetAt: now } : {}),
  });
  const sentence = `The recovery of ${turn.facts.modem.name} ends: ${why}.`;
  return tell(known, notify ? "critical" : "info", { code, sentence }, notify);
}
