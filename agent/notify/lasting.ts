import { spokenDuration } from "../decide/durations.ts";
import type { Level, OngoingFinding } from "../model/finding.ts";
import type { Told, Topic } from "./memory.ts";
import { isAtLeast } from "./notice.ts";
import { levelOf, listeners } from "./rules.ts";
import { draftOf, type Telling, TOLD_EACH_TIME, toldOf, union, withTime } from "./telling.ts";

/** A finding that is there: it begins, lasts, or has become graver than it was told. */
export function beginsOrLasts(telling: Telling, key: string, finding: OngoingFinding): void {
  const level = levelOf(telling.rules, finding);
  // Once told, it is over when it is gone, and not when it is only no longer to be told.
  if (level === undefined) return;
  const topic = telling.topics.get(key);
  const told = toldOf(finding, level, finding.since, finding);
  if (topic?.open === undefined) begins(telling, key, told, topic);
  else if (topic.toldLevel !== undefined && !isAtLeast(topic.toldLevel, level)) graver(telling, key, told, topic);
}

function begins(telling: Telling, key: string, told: Told, topic: Topic | undefined): void {
  const { now, topics } = telling;
  const times = withTime(topic?.times ?? [], now.monotonic);
  const held = topic?.held;
  const base = { told: topic?.told ?? [], ...topic, times, open: begunAt(telling, told.since), last: told };
  if (held) {
    topics.set(key, { ...base, held: { ...held, count: held.count + 1, changed: now.monotonic } });
    const known = topic.toldLevel;
    if (known !== undefined && !isAtLeast(known, told.level)) graver(telling, key, told, topics.get(key) ?? base);
    return;
  }
  if (times.length <= TOLD_EACH_TIME) {
    topics.set(key, { ...base, toldLevel: told.level, told: announce(telling, told, times.length) });
    return;
  }
  topics.set(key, {
    ...base,
    toldLevel: told.level,
    told: announce(telling, told, times.length, comesAndGoes(times.length, told)),
    held: { since: now.monotonic, count: 0, changed: now.monotonic },
  });
}

/** Monotonic time at which it began: when the wall clock says so, unless that is from before this boot. */
function begunAt({ now }: Telling, since: number): number {
  return now.monotonic - Math.min(Math.max(0, now.wall - since), now.monotonic);
}

function graver(telling: Telling, key: string, told: Told, topic: Topic): void {
  const heard = announce(telling, told, topic.times.length);
  telling.topics.set(key, { ...topic, last: told, toldLevel: told.level, told: union(topic.told, heard) });
}

function announce(
  { rules, teller }: Telling,
  told: Told,
  count: number,
  sentence: string = told.sentence,
): readonly string[] {
  return teller.tell(draftOf("begun", told, count, sentence), listeners(rules, told.code, told.level));
}

/** What was there and is not any more; told to those who heard that it began. */
export function isOver(telling: Telling, key: string): void {
  const { topics, now } = telling;
  const topic = topics.get(key);
  if (topic?.open === undefined) return;
  const lasted = now.monotonic - topic.open;
  const { open: _, ...rest } = topic;
  if (topic.held) {
    topics.set(key, { ...rest, held: { ...topic.held, changed: now.monotonic } });
    return;
  }
  tellOver(telling, topic, `Over after ${spokenDuration(lasted)}: ${topic.last.sentence}`, now.wall - lasted);
  const { toldLevel: _told, ...closed } = rest;
  topics.set(key, { ...closed, told: [] });
}

/** The end passes every limit: it frees whoever heard of the beginning from looking. */
export function tellOver({ teller }: Telling, topic: Topic, sentence: string, since: number): void {
  const level: Level = topic.toldLevel ?? topic.last.level;
  const told = { ...topic.last, level, since };
  teller.tell({ ...draftOf("over", told, topic.times.length, sentence), always: true }, topic.told);
}

function comesAndGoes(times: number, { sentence }: Told): string {
  return `Comes and goes, ${times} times within an hour; further times are counted only: ${sentence}`;
}
