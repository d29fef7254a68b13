import type { Finding } from "../../model/finding.ts";
import type { ModemMemory } from "../../model/memory.ts";
import type { Turn } from "../modem-turn.ts";

/** What a check of one modem has found. */
export interface Verdict {
  /** Evidence holds nothing that changes from look to look: a finding that stays the same is written down once. */
  readonly finding: Omit<Finding, "subject">;
  /** Where the modem counts as not working; absent where a recovery could not help. */
  readonly failure?: { readonly atOnce: boolean; readonly port: boolean };
}

export type ModemCheck = (turn: Turn) => Verdict | undefined;

/** Three full probes that did not come. */
const KNOWN_MS = 15 * 60_000;

/** Whether SIM, network and memory are as the last full probe found them; of a modem plugged in since, or not asked for long, nothing is known. */
export function isRadioKnown({ facts, memory }: Turn): boolean {
  return facts.bound !== undefined && isRadioFresh(memory, facts.now);
}

/** The same by the memory alone. `now`: monotonic milliseconds. */
export function isRadioFresh({ attached, lastFullProbeAt }: ModemMemory, now: number): boolean {
  if (!attached || lastFullProbeAt === undefined) return false;
  return lastFullProbeAt >= attached.since && now - lastFullProbeAt < KNOWN_MS;
}

/** What was seen before this moment is about another life of the modem. */
export function currentSince({ memory }: Turn): number {
  return Math.max(memory.attached?.since ?? Number.POSITIVE_INFINITY, memory.recoveredAt ?? Number.NEGATIVE_INFINITY);
}
