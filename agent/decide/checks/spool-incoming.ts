import type { Spool } from "../../../core/model/inventory.ts";
import type { Finding } from "../../model/finding.ts";
import type { QueueObservation } from "../../model/observation.ts";
import { MINUTE } from "../durations.ts";

const MANY = 10;
const LONG = MINUTE;

/** Received messages that nobody takes. smsd only puts them there; whatever handles them is another program. */
export function checkIncoming({ count, oldest }: QueueObservation, { incoming }: Spool): Finding | undefined {
  if (count <= MANY && oldest <= LONG) return undefined;
  return {
    code: "incoming-unprocessed",
    subject: "host",
    level: "warning",
    sentence: `Received messages lie in ${incoming} and nothing takes them out: smsd puts them there and does no more.`,
    evidence: [
      ...(count > MANY ? [`more than ${MANY} messages`] : []),
      ...(oldest > LONG ? ["the oldest is older than a minute"] : []),
    ],
    fix: "See to the program that handles received messages on this machine.",
    notify: true,
  };
}
