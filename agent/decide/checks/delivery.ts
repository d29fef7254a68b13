import type { IncomingSection } from "../../../core/model/inventory.ts";
import type { IncomingState, NoticesState, SinkState } from "../../model/delivery.ts";
import type { Finding, Level } from "../../model/finding.ts";
import { MINUTE } from "../durations.ts";

/** A receiver that restarts is no fault. */
const PASSING = MINUTE;
/** Somebody waits for these messages. */
const SERIOUS = 30 * MINUTE;

/** Receivers of messages that get none, messages that were given up, and a spool that cannot be worked on. */
export function checkIncomingDelivery(
  { sinks, deadLetters, trouble }: IncomingState,
  { deadLetter }: IncomingSection,
  now: number,
): readonly Finding[] {
  const found: (Finding | undefined)[] = [
    failingSinks("delivery-failing", sinks, now),
    trouble.length === 0
      ? undefined
      : {
          code: "incoming-trouble",
          subject: "host",
          level: "critical",
          sentence: `Received messages cannot be handled as they should: ${trouble.join("; ")}.`,
          evidence: [],
          fix: "See to the folder; everything goes on by itself then.",
          notify: true,
        },
    deadLetters === 0
      ? undefined
      : {
          code: "dead-letters",
          subject: "host",
          level: "warning",
          sentence: `Messages that could not be delivered are kept in ${deadLetter}.`,
          evidence: [`${deadLetters} dead letters`],
          fix: "`modemkeeper sms list --dead` says why; `modemkeeper sms retry --all` delivers them anew.",
          // Each is told of by itself when it is given up.
          notify: false,
        },
  ];
  return found.flatMap((finding) => finding ?? []);
}

/** Receivers of notices that get none: told to the others. */
export function checkNoticeDelivery({ sinks, trouble }: NoticesState, now: number): readonly Finding[] {
  const failing = failingSinks("notices-failing", sinks, now);
  const kept: Finding | undefined =
    trouble.length === 0
      ? undefined
      : {
          code: "notices-trouble",
          subject: "host",
          level: "warning",
          sentence: `Notices cannot be kept on disk: ${trouble.join("; ")}.`,
          evidence: [],
          fix: "See to the disk; until then they are lost if the agent ends.",
          notify: true,
        };
  return [failing, kept].flatMap((finding) => finding ?? []);
}

function failingSinks(code: string, sinks: readonly SinkState[], now: number): Finding | undefined {
  const failing = sinks.filter((sink) => lasts(sink, now) >= PASSING);
  if (failing.length === 0) return undefined;
  const what = code === "delivery-failing" ? "messages" : "notices";
  const names = failing.map(({ name, type }) => `${name} (${type})`).join(", ");
  return {
    code,
    subject: "host",
    level: levelOf(code, failing, now),
    // The same from one look to the next: what changes is evidence.
    sentence: `${names} ${failing.length === 1 ? "takes" : "take"} no ${what}; they are kept and tried again.`,
    evidence: failing.map(({ name, waiting, failing: row }) => `${name}: ${row?.detail ?? ""} (${waiting} waiting)`),
    fix: "See to the receiver and the way to it; `modemkeeper status -v` shows what was answered last.",
    notify: true,
  };
}

function levelOf(code: string, failing: readonly SinkState[], now: number): Level {
  const serious = code === "delivery-failing" && failing.some((sink) => lasts(sink, now) >= SERIOUS);
  return serious ? "critical" : "warning";
}

/** For how long a receiver has been failing, milliseconds. */
function lasts({ failing }: SinkState, now: number): number {
  return failing ? now - failing.since : Number.NEGATIVE_INFINITY;
}
