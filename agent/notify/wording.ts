import type { SignOfLife } from "./client.ts";
import type { Notice } from "./notice.ts";

/** A notice that is older than this when it arrives says of when it is. */
const LATE_MS = 5 * 60_000;

/** The notice's sentence as it is said now. `now`: milliseconds since 1970. */
export function spoken(notice: Notice, now: number): string {
  const late = whenLate(notice, now);
  return late === "" ? notice.sentence : `${notice.sentence} (${late})`;
}

/** Empty for what has just happened; else the minute in which it did. */
export function whenLate({ at }: Pick<Notice, "at">, now: number): string {
  const age = now - Date.parse(at);
  return Math.abs(age) <= LATE_MS ? "" : `at ${at.slice(0, 16).replace("T", " ")} UTC`;
}

/** What a level and a phase are called in a heading. */
export function headingWord({ level, phase }: Pick<Notice, "level" | "phase">): string {
  return phase === "over" ? "OVER" : level.toUpperCase();
}

/** A sign of life as a notice, for receivers that know nothing but those. */
export function asNotice(sign: SignOfLife): Notice {
  const { level, sentence } = sign.verdict;
  return {
    id: heartbeatId(sign),
    level: "info",
    host: sign.host,
    subject: "host",
    code: "heartbeat",
    phase: "done",
    sentence: `The agent lives; ${level === "ok" ? sentence : `${level}: ${sentence}`}`,
    since: sign.at,
    at: sign.at,
    count: 1,
  };
}

export function heartbeatId({ at }: SignOfLife): string {
  return `heartbeat-${Date.parse(at).toString(36)}`;
}
