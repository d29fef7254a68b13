import type { Memory, ModemMemory } from "./model/memory.ts";

/** Changes that nothing but comfort depends on reach the disk this often: flash wears out by writing. Milliseconds. */
const COMFORT_EVERY = 300_000;

/**
 * Whether memory must reach the disk now. What an agent that starts anew must know does so at once; when a modem was last
 * asked, how strong its signal was and when a message passed does so with the next occasion.
 */
export function mustWrite(written: Memory | undefined, now: Memory, sinceWritten: number): boolean {
  if (!written) return true;
  if (essential(written) !== essential(now)) return true;
  return sinceWritten >= COMFORT_EVERY && JSON.stringify(written) !== JSON.stringify(now);
}

function essential(memory: Memory): string {
  const modems = Object.entries(memory.modems).map(([name, modem]) => [name, withoutComfort(modem)]);
  return JSON.stringify({ ...memory, modems });
}

const COMFORT: ReadonlySet<string> = new Set<keyof ModemMemory>([
  "lastCheckAt",
  "lastFullProbeAt",
  "probe",
  "signal",
  "operator",
  "storage",
  "temperature",
  "gaps",
  "lastReceivedAt",
  "lastSentAt",
]);

function withoutComfort(modem: ModemMemory): Partial<ModemMemory> {
  return Object.fromEntries(Object.entries(modem).filter(([key]) => !COMFORT.has(key)));
}
