import type { Inventory, NotifySection, Sink } from "../../core/model/inventory.ts";
import type { Level, OngoingFinding } from "../model/finding.ts";
import { isAtLeast } from "./notice.ts";

/** Who hears what. */
export interface NoticeRules {
  readonly sinks: readonly SinkRules[];
  readonly levels: NotifySection["levels"];
}

export interface SinkRules {
  readonly name: string;
  readonly minimum: Level;
  readonly mostPerHour: number;
  /** False where a receiver is kept up to date about what lasts in another way, and needs to be told only of what was done. */
  readonly lasting: boolean;
  /** Reason codes that it never hears of. */
  readonly never: ReadonlySet<string>;
}

/** An SMS costs money, and keeps the modem from what it is there for. */
const SMS_PER_HOUR = 6;

/** What a notice by SMS could bring about by itself. Failed messages are told of; failed notices are not (`notify: false`). */
const ABOUT_SENDING: readonly string[] = ["outgoing-stuck", "destination-refused"];
const FAILED = "message-failed";
const NOTHING: ReadonlySet<string> = new Set();

export function noticeRules({ notify }: Pick<Inventory, "notify">): NoticeRules {
  return { sinks: notify.sinks.map((sink) => sinkRules(sink, notify)), levels: notify.levels };
}

function sinkRules({ name, type, options }: Sink, { mostPerHour, levels }: NotifySection): SinkRules {
  const own = options.most_per_hour;
  const isSms = type === "sms";
  return {
    name,
    minimum: levelIn(options.minimum) ?? "warning",
    mostPerHour: typeof own === "number" ? own : isSms ? Math.min(SMS_PER_HOUR, mostPerHour) : mostPerHour,
    lasting: type !== "alertmanager",
    // A level for its code makes failed notices told of, too: by SMS each would lead to the next.
    never: isSms ? new Set([...ABOUT_SENDING, ...(Object.hasOwn(levels, FAILED) ? [FAILED] : [])]) : NOTHING,
  };
}

function levelIn(value: unknown): Level | undefined {
  return value === "info" || value === "warning" || value === "critical" ? value : undefined;
}

/** The level at which something is told; undefined if nobody is. A code that the inventory gives a level is told. */
export function levelOf(
  { levels }: Pick<NoticeRules, "levels">,
  { code, level, notify }: { readonly code: string; readonly level: Level; readonly notify: boolean },
): Level | undefined {
  const own = Object.hasOwn(levels, code) ? levels[code] : undefined;
  if (own !== undefined) return own === "none" ? undefined : own;
  return notify ? level : undefined;
}

/** Names of the sinks that want to hear of something of this level. */
export function listeners({ sinks }: NoticeRules, code: string, level: Level): readonly string[] {
  return sinks.flatMap(({ name, minimum, never }) => (isAtLeast(level, minimum) && !never.has(code) ? [name] : []));
}

/** What lasts, as far as one sink wants to know, at the level at which it is told. */
export function standingFor(
  rules: NoticeRules,
  sink: string,
  findings: readonly OngoingFinding[],
): readonly OngoingFinding[] {
  return findings.flatMap((finding) => {
    const level = levelOf(rules, finding);
    return level !== undefined && listeners(rules, finding.code, level).includes(sink) ? [{ ...finding, level }] : [];
  });
}
