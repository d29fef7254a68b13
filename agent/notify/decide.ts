import { HOUR } from "../decide/durations.ts";
import { findingKey, type OngoingFinding } from "../model/finding.ts";
import type { Moment } from "../model/observation.ts";
import type { Transition } from "../model/step.ts";
import { calm } from "./calm.ts";
import { tellEvent } from "./events.ts";
import { beginsOrLasts, isOver } from "./lasting.ts";
import { type NoticeMemory, noticesAfterReboot, type Topic } from "./memory.ts";
import type { Addressed } from "./notice.ts";
import type { NoticeRules } from "./rules.ts";
import { Teller } from "./teller.ts";
import type { Telling } from "./telling.ts";

export interface NoticeInput {
  readonly memory: NoticeMemory;
  /** What is new since the last pass; of these what was done once is told. */
  readonly transitions: readonly Transition[];
  /**
   * All that lasts now: beginnings and ends are seen by comparing, so that none is missed or told twice. Absent where nobody
   * has looked: then nothing begins or ends.
   */
  readonly findings?: readonly OngoingFinding[];
  readonly rules: NoticeRules;
  readonly host: string;
  readonly now: Moment;
}

/** Concluded recoveries are told to those who heard of the beginning; one that never ends is forgotten after this. */
const FORGOTTEN_MS = 24 * HOUR;

/**
 * Who is told what now. Pure: the same input gives the same notices. What lasts is told when it begins, when it becomes graver
 * and when it is over; what comes and goes is counted; what is over a sink's limit is summed up, unless it is critical.
 */
export function decideNotices(input: NoticeInput): {
  readonly notices: readonly Addressed[];
  readonly memory: NoticeMemory;
} {
  const { rules, host, now, findings, transitions } = input;
  const before = noticesAfterReboot(input.memory, now);
  // The first receiver of all is to hear of what lasts then.
  if (rules.sinks.length === 0) return { notices: [], memory: { ...before, topics: {}, budgets: {} } };
  const teller = new Teller(rules, before, host, now);
  const topics = new Map<string, Topic>(Object.entries(before.topics));
  const telling: Telling = { rules, now, topics, teller };
  if (findings) compare(telling, findings);
  for (const transition of transitions) if (transition.phase === "done") tellEvent(telling, transition);
  for (const key of [...topics.keys()]) calm(telling, key);
  teller.sumUp();
  return {
    notices: teller.notices,
    memory: {
      format: before.format,
      bootId: now.bootId,
      sequence: teller.sequence,
      topics: Object.fromEntries([...topics].filter(([, topic]) => !isForgotten(topic, now))),
      budgets: teller.budgets,
    },
  };
}

function compare(telling: Telling, findings: readonly OngoingFinding[]): void {
  const present = new Map(findings.map((finding) => [findingKey(finding), finding]));
  for (const key of [...telling.topics.keys()]) if (!present.has(key)) isOver(telling, key);
  for (const [key, finding] of present) beginsOrLasts(telling, key, finding);
}

function isForgotten({ times, open, held, told }: Topic, { monotonic }: Moment): boolean {
  if (open !== undefined || held) return false;
  const age = monotonic - (times.at(-1) ?? Number.NEGATIVE_INFINITY);
  return age >= (told.length > 0 ? FORGOTTEN_MS : HOUR);
}
