import type { Inventory } from "../../../core/model/inventory.ts";
import { type Finding, modemSubject } from "../../model/finding.ts";
import type { FailedMessages, FailingDestination, OutgoingObservation } from "../../model/outgoing.ts";
import type { Transition } from "../../model/step.ts";
import { HOUR } from "../durations.ts";

/** smsd's own limits where the inventory names none. */
const BLOCKED_AFTER = 3;
const BLOCKED_FOR = 3600;
/** Whoever was not written to for a day blocks nobody. */
const LATELY = 24 * HOUR;
/** So many destinations at once are not all barred. */
const MANY = 3;

/** Destinations that refuse messages: they block the modem for everybody else. `now`: milliseconds since 1970. */
export function checkOutgoingFailures(
  { destinations, trouble }: OutgoingObservation,
  { smsd }: Pick<Inventory, "smsd">,
  now: number,
): readonly Finding[] {
  const blockedAfter = Number(smsd.settings.blockafter ?? BLOCKED_AFTER);
  const refused = destinations.filter(({ failures, at }) => failures >= BLOCKED_AFTER && now - at < LATELY);
  return [
    ...(refused.length === 0 ? [] : [refusedFinding(refused, smsd, blockedAfter)]),
    ...(trouble.length === 0 ? [] : [unseenFinding(trouble)]),
  ];
}

function refusedFinding(
  refused: readonly FailingDestination[],
  { settings, spool }: Inventory["smsd"],
  blockedAfter: number,
): Finding {
  const [first] = refused;
  const one = refused.length === 1 && first;
  const who = one ? `one destination (#${one.destination})` : "several destinations";
  const why = one ? `: ${one.reason}` : "";
  const blockedFor = Number(settings.blocktime ?? BLOCKED_FOR);
  return {
    code: "destination-refused",
    subject: "host",
    level: "warning",
    sentence: `Messages to ${who} have failed ${BLOCKED_AFTER} times in a row or more${why}. smsd blocks a modem for ${blockedFor} s after ${blockedAfter} failed messages in a row, and everything else waits.`,
    evidence: refused.map(({ destination, failures, reason }) => `#${destination}: ${failures} in a row, ${reason}`),
    fix:
      refused.length > MANY
        ? `So many at once point at the modem, its SIM or the network: \`modemkeeper status -v\`. The messages are in ${spool.failed}.`
        : `Stop what writes to it, or ask the operator whether the number is barred; the messages are in ${spool.failed}.`,
    notify: true,
  };
}

function unseenFinding(trouble: readonly string[]): Finding {
  return {
    code: "outgoing-unseen",
    subject: "host",
    level: "warning",
    sentence: `What becomes of sent messages cannot be seen: ${trouble.join("; ")}.`,
    evidence: [],
    fix: "See to the folder; everything goes on by itself then.",
    notify: false,
  };
}

/** Each kind of failure once: whoever is told of notices hears of it. */
export function failedTransitions(
  { failed }: OutgoingObservation,
  { modems }: Pick<Inventory, "modems">,
): readonly Transition[] {
  return failed.map((kind) => {
    // Whoever wrote the message may have forged the name.
    const modem = modems.find(({ name }) => name === kind.modem)?.name;
    return {
      subject: modem === undefined ? "smsd" : modemSubject(modem),
      code: "message-failed",
      level: "warning",
      sentence: failedSentence(kind, modem),
      phase: "done",
      notify: kind.notice !== true,
    };
  });
}

function failedSentence({ count, destination, reason, notice }: FailedMessages, modem: string | undefined): string {
  const noun = notice ? "notice" : "message";
  const what = count === 1 ? `A ${noun}` : `${count} ${noun}s`;
  const to = destination === undefined ? "" : ` to #${destination}`;
  return `${what}${to} could not be sent${modem === undefined ? "" : ` by ${modem}`}: ${reason}.`;
}
