import type { Finding } from "../../model/finding.ts";
import type { Turn } from "../modem-turn.ts";

/** What a check of one modem has found. */
export interface Verdict {
  /** Evidence holds nothing that changes from look to look: a finding that stays the same is written down once. */
  readonly finding: Omit<Finding, "subject">;
  /** Where the modem counts as not working; absent where a recovery could not help. */
  readonly failure?: { readonly atOnce: boolean; readonly port: boolean };
}

export type ModemCheck = (turn: Turn) => Verdict | undefined;

/** What was seen before this moment is about another life of the modem. */
export function currentSince({ memory }: Turn): number {
  return Math.max(memory.attached?.since ?? Number.POSITIVE_INFINITY, memory.recoveredAt ?? Number.NEGATIVE_INFINITY);
}
