import { type Guard, listOf, number, oneOf, recordOf, shape, text } from "../memory-shape.ts";
import type { Level, Subject } from "../model/finding.ts";
import type { Moment } from "../model/observation.ts";

/*
 * What is remembered of what was told, over restarts of the agent, too. Plain JSON; monotonic times are good within the boot
 * they were taken in.
 */

export interface NoticeMemory {
  readonly format: "modemkeeper.notices/1";
  readonly bootId: string;
  /** Of the last notice. */
  readonly sequence: number;
  /** By `findingKey` what lasts; by that and ` done` what was done once. */
  readonly topics: Readonly<Record<string, Topic>>;
  /** By name of the sink. */
  readonly budgets: Readonly<Record<string, Budget>>;
}

/** One thing that is told of again and again: a finding, or one kind of event. */
export interface Topic {
  /** Monotonic times within the last hour at which it began or was done. */
  readonly times: readonly number[];
  /** Monotonic time at which it began; absent unless it lasts. */
  readonly open?: number;
  /** Sinks that know that it began, and not yet that it is over. */
  readonly told: readonly string[];
  /** The gravest level that they were told. */
  readonly toldLevel?: Level;
  /** It comes and goes: it is counted, and not told each time. */
  readonly held?: Held;
  readonly last: Told;
}

export interface Held {
  /** Monotonic time at which that was last told. */
  readonly since: number;
  /** Beginnings since then. */
  readonly count: number;
  /** Monotonic time at which it last began or ended. */
  readonly changed: number;
}

/** What is said of it. */
export interface Told {
  readonly code: string;
  readonly subject: Subject;
  readonly level: Level;
  readonly sentence: string;
  readonly fix?: string;
  readonly evidence?: readonly string[];
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** What one sink has heard lately. */
export interface Budget {
  /** Monotonic times of what it was sent within the last hour. */
  readonly sent: readonly number[];
  /** What was over its limit and waits to be summed up. */
  readonly held?: { readonly since: number; readonly level: Level; readonly codes: Readonly<Record<string, number>> };
}

export function emptyNoticeMemory(bootId: string): NoticeMemory {
  return { format: "modemkeeper.notices/1", bootId, sequence: 0, topics: {}, budgets: {} };
}

const level = oneOf("info", "warning", "critical");
const subject: Guard = (value) => typeof value === "string" && /^(smsd|host|modem:.+)$/.test(value);

const isTold = shape<Told>({
  must: { code: text, subject, level, sentence: text, since: number },
  may: { fix: text, evidence: listOf(text) },
});

const isTopic = shape<Topic>({
  must: { times: listOf(number), told: listOf(text), last: isTold },
  may: {
    open: number,
    toldLevel: level,
    held: shape<Held>({ must: { since: number, count: number, changed: number }, may: {} }),
  },
});

const isBudget = shape<Budget>({
  must: { sent: listOf(number) },
  may: {
    held: shape<NonNullable<Budget["held"]>>({ must: { since: number, level, codes: recordOf(number) }, may: {} }),
  },
});

/** Whether what an earlier agent left can be used. */
export const isNoticeMemory: Guard = shape<NoticeMemory>({
  must: {
    format: oneOf("modemkeeper.notices/1"),
    bootId: text,
    sequence: number,
    topics: recordOf(isTopic),
    budgets: recordOf(isBudget),
  },
  may: {},
});

/**
 * After a reboot no monotonic time means anything: counting begins anew. How long something has lasted is known by the wall
 * clock only, if that is set already; then it counts as if this boot had seen its beginning.
 */
export function noticesAfterReboot(memory: NoticeMemory, { wall, monotonic: now, bootId }: Moment): NoticeMemory {
  if (memory.bootId === bootId) return memory;
  const topics = Object.entries(memory.topics).map(([key, topic]): [string, Topic] => [
    key,
    {
      ...topic,
      times: topic.times.length > 0 ? [now] : [],
      ...(topic.open === undefined ? {} : { open: now - Math.max(0, wall - topic.last.since) }),
      ...(topic.held ? { held: { ...topic.held, since: now, changed: now } } : {}),
    },
  ]);
  const budgets = Object.entries(memory.budgets).map(([name, { held }]): [string, Budget] => [
    name,
    { sent: [], ...(held ? { held: { ...held, since: now } } : {}) },
  ]);
  return { ...memory, bootId, topics: Object.fromEntries(topics), budgets: Object.fromEntries(budgets) };
}
