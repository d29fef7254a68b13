import { HOUR, MINUTE, spokenDuration } from "../decide/durations.ts";
import { tellOver } from "./lasting.ts";
import type { Held, Topic } from "./memory.ts";
import { listeners } from "./rules.ts";
import { draftOf, type Telling, union } from "./telling.ts";

/** What has neither come nor gone for so long does not come and go any more. */
const QUIET_MS = 15 * MINUTE;

/** What was counted only is told with its count, when it has been quiet, or else each hour. */
export function calm(telling: Telling, key: string): void {
  const topic = telling.topics.get(key);
  if (!topic?.held) return;
  const { monotonic } = telling.now;
  const isQuiet = monotonic - topic.held.changed >= QUIET_MS;
  if (!isQuiet && monotonic - topic.held.since < HOUR) return;
  const told = key.endsWith(" done")
    ? sumUpEvents(telling, topic, topic.held)
    : settle(telling, topic, topic.held, isQuiet);
  const { held, ...rest } = topic;
  telling.topics.set(key, {
    ...rest,
    told,
    ...(isQuiet ? { times: [] } : { held: { ...held, since: monotonic, count: 0 } }),
  });
}

function settle(telling: Telling, topic: Topic, { count, since, changed }: Held, isQuiet: boolean): readonly string[] {
  const { now } = telling;
  const { sentence } = topic.last;
  const within = spokenDuration(changed - since);
  if (!isQuiet)
    return again(telling, topic, count, `Still comes and goes, ${count} more times within ${within}: ${sentence}`);
  const times = count === 0 ? "" : ` ${count} more ${count === 1 ? "time" : "times"}`;
  if (topic.open !== undefined) {
    return again(telling, topic, count + 1, `Lasts now, after it came and went${times}: ${sentence}`);
  }
  tellOver(telling, topic, `Over, after it came and went${times}: ${sentence}`, now.wall - (now.monotonic - since));
  return [];
}

function again(telling: Telling, topic: Topic, count: number, sentence: string): readonly string[] {
  const { rules, teller } = telling;
  const { last } = topic;
  const heard = teller.tell(draftOf("begun", last, count, sentence), listeners(rules, last.code, last.level));
  return union(topic.told, heard);
}

function sumUpEvents({ rules, teller }: Telling, topic: Topic, { count, since, changed }: Held): readonly string[] {
  if (count === 0) return [];
  const { last } = topic;
  const within = spokenDuration(changed - since);
  const sentence = `${count} more ${count === 1 ? "time" : "times"} within ${within}: ${last.sentence}`;
  return teller.tell(draftOf("done", last, count, sentence), listeners(rules, last.code, last.level));
}
