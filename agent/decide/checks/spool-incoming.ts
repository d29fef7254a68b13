import type { Inventory } from "../../../core/model/inventory.ts";
import type { Finding } from "../../model/finding.ts";
import type { QueueObservation } from "../../model/observation.ts";
import { MINUTE } from "../durations.ts";

const MANY = 10;
const LONG = MINUTE;

/** Received messages that nobody takes, where the inventory says nothing of who gets them. */
export function checkIncoming({ count, oldest }: QueueObservation, { incoming, smsd }: Inventory): Finding | undefined {
  if (incoming.sinks.length > 0 || (count <= MANY && oldest <= LONG)) return undefined;
  return {
    code: "incoming-unprocessed",
    subject: "host",
    level: "warning",
    sentence: `Received messages lie in ${smsd.spool.incoming} and nothing takes them out: smsd puts them there and does no more.`,
    evidence: [
      ...(count > MANY ? [`more than ${MANY} messages`] : []),
      ...(oldest > LONG ? ["the oldest is older than a minute"] : []),
    ],
    fix: "Say under `incoming.sinks` of the inventory who gets them, or see to the program that handles them on this machine.",
    notify: true,
  };
}
