import type { Holder } from "../../../core/agent-ports.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import type { Finding } from "../../model/finding.ts";
import type { HostMemory } from "../../model/memory.ts";
import { SECOND } from "../durations.ts";
import { holderText } from "./host-port-contention.ts";

export interface LockVerdict {
  readonly memory: HostMemory["lock"];
  readonly finding?: Finding;
  /** Monotonic time at which it has been held too long. */
  readonly changesAt?: number;
}

/** The access lock is for one exchange with a modem: held longer, it keeps everybody else from asking. */
export function checkAccessLock(
  holder: Holder | undefined,
  { file, heldWarningAfter }: Inventory["accessLock"],
  before: HostMemory["lock"],
  now: number,
): LockVerdict {
  if (!holder) return { memory: undefined };
  // Its start would move whenever the wall clock is set.
  const identity = `${holder.pid} ${holder.process}`;
  const memory = before?.identity === identity ? before : { identity, since: now };
  const changesAt = memory.since + heldWarningAfter * SECOND;
  if (now < changesAt) return { memory, changesAt };
  return {
    memory,
    finding: {
      code: "access-lock-held",
      subject: "host",
      level: "warning",
      sentence: `${holder.process} holds the access lock ${file} for more than ${heldWarningAfter} s; nobody else can ask a modem meanwhile.`,
      evidence: [holderText(holder)],
      fix: `See what process ${holder.pid} waits for; the lock is free as soon as it ends.`,
      notify: true,
    },
  };
}
