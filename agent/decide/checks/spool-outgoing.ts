import type { Spool } from "../../../core/model/inventory.ts";
import type { Finding } from "../../model/finding.ts";
import type { Observation, QueueObservation } from "../../model/observation.ts";
import { MINUTE, SECOND } from "../durations.ts";

const LONG = 5 * MINUTE;
/** A modem sends a message in some seconds; a queue that is long and moves is no fault. */
const EACH = 10 * SECOND;

/** Messages wait although smsd runs and a modem works. Without one there is another finding that says why they wait. */
export function checkOutgoing(seen: Pick<Observation, "smsd" | "spool">, spool: Spool): Finding | undefined {
  if (!canSend(seen)) return undefined;
  const stuck = (["outgoing", "checked"] as const).filter((queue) => isStuck(seen.spool[queue]));
  if (stuck.length === 0) return undefined;
  return {
    code: "outgoing-stuck",
    subject: "host",
    level: "warning",
    sentence: `Messages wait in ${stuck.map((queue) => spool[queue]).join(" and ")} for more than 5 minutes although smsd runs and a modem answers.`,
    evidence: stuck.map((queue) => `${spool[queue]}: the oldest waits longer than so many messages take`),
    fix: "See smsd's log for what it says of them: a `.LOCK` file beside a message, its rights, or a modem that may not send.",
    notify: true,
  };
}

function isStuck({ count, oldest }: QueueObservation): boolean {
  return count > 0 && oldest > LONG + count * EACH;
}

function canSend({ smsd }: Pick<Observation, "smsd">): boolean {
  if (smsd.processes.length + smsd.strays.length === 0) return false;
  const others = smsd.suspendedByOthers;
  if (Object.hasOwn(smsd.suspended, "ALL") || others.includes("ALL")) return false;
  return Object.entries(smsd.log.modems).some(
    ([name, { readyAt, trouble, dead, blocked, pinRefused }]) =>
      readyAt !== undefined &&
      !(trouble || dead || blocked || pinRefused) &&
      !Object.hasOwn(smsd.suspended, name) &&
      !others.includes(name),
  );
}
