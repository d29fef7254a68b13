import { type Memory, type ModemMemory, NEW_MODEM } from "../model/memory.ts";
import type { Moment } from "../model/observation.ts";

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

/** What is learned about a modem and holds no monotonic time. */
const LEARNED = [
  "everHealthy",
  "failedRecoveries",
  "triedInVain",
  "lastGoodRung",
  "rebootedAt",
  "identity",
  "firmware",
  "refusedPin",
  "pinInForce",
  "setAside",
  "lastReceivedAt",
  "lastSentAt",
  "lastRecovery",
] as const satisfies readonly (keyof ModemMemory)[];

function modemAfterReboot(modem: ModemMemory, now: Moment): ModemMemory {
  const { suspect } = modem;
  const learned = Object.fromEntries(LEARNED.flatMap((key) => (key in modem ? [[key, modem[key]]] : [])));
  return {
    ...NEW_MODEM,
    ...learned,
    // Counted as if they had just been climbed: a machine that reboots for its modem must not start over with a full budget.
    rungs: modem.rungs.map(() => now.monotonic),
    ...(suspect ? { suspect: { file: suspect.file, crashes: suspect.crashes, at: 0 } } : {}),
  };
}
