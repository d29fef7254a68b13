import type { Memory, ModemMemory } from "../model/memory.ts";
import type { Moment } from "../model/observation.ts";
import { backoff } from "./backoff.ts";
import { HOUR, MINUTE } from "./durations.ts";

/**
 * The memory as it is worth having now. Monotonic times are good only within their boot: after another they are dropped, and
 * with them all that was under way. What was learned about modems, and what people have been told, stays.
 */
export function afterReboot(memory: Memory, now: Moment): Memory {
  if (memory.bootId === now.bootId) return memory;
  const { tried } = memory.configuration;
  return {
    format: memory.format,
    bootId: now.bootId,
    findings: memory.findings,
    smsd: {
      failures: 0,
      notBefore: 0,
      starts: [],
      ...(memory.smsd.setAside === undefined ? {} : { setAside: memory.smsd.setAside }),
    },
    modems: Object.fromEntries(
      Object.entries(memory.modems).map(([name, modem]) => [name, modemAfterReboot(modem, now)]),
    ),
    configuration: tried ? { tried: { ...tried, at: 0 } } : {},
  };
}

function modemAfterReboot(modem: ModemMemory, now: Moment): ModemMemory {
  const { everHealthy, identity, firmware, lastGoodRung, suspect, refusedPin, rungs } = modem;
  return {
    everHealthy,
    failedChecks: 0,
    ...(identity ? { identity } : {}),
    ...(firmware === undefined ? {} : { firmware }),
    ...pauseAfterReboot(modem, now),
    // Counted as if they had just been climbed: a machine that reboots for its modem must not start over with a full budget.
    rungs: rungs.map(() => now.monotonic),
    ...(lastGoodRung ? { lastGoodRung } : {}),
    ...(suspect ? { suspect } : {}),
    ...(refusedPin === undefined ? {} : { refusedPin }),
  };
}

/**
 * A recovery that was under way is forgotten, unless the reboot was its last means: then it is known only later whether that
 * helped, and the next ladder waits, so that a dead modem does not reboot the machine at every boot.
 */
function pauseAfterReboot(
  { recovery, failedRecoveries }: ModemMemory,
  now: Moment,
): Pick<ModemMemory, "failedRecoveries" | "notBefore"> {
  if (recovery?.ladder[recovery.rung] !== "host-reboot") return { failedRecoveries, notBefore: 0 };
  const failed = failedRecoveries + 1;
  return { failedRecoveries: failed, notBefore: now.monotonic + backoff(failed, MINUTE, HOUR) };
}
