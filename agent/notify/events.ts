import { findingKey } from "../model/finding.ts";
import type { Transition } from "../model/step.ts";
import { isAtLeast } from "./notice.ts";
import { levelOf, listeners } from "./rules.ts";
import { draftOf, type Telling, TOLD_EACH_TIME, toldOf, union, withTime } from "./telling.ts";

/** How what was begun once came out: who heard of the beginning hears of the end, whatever its level. */
const CONCLUDES: ReadonlyMap<string, string> = new Map([
  ["recovery-succeeded", "recovery-begun"],
  ["recovery-given-up", "recovery-begun"],
  ["recovery-failed", "recovery-begun"],
  ["modem-absent", "recovery-begun"],
]);

/** Something was done or happened once. */
export function tellEvent(telling: Telling, transition: Transition): void {
  const { rules, now, topics, teller } = telling;
  const level = levelOf(rules, transition);
  // What lasts under the same code has been told as that.
  if (level === undefined || topics.get(findingKey(transition))?.open !== undefined) return;
  const key = eventKey(transition);
  const topic = topics.get(key);
  const times = withTime(topic?.times ?? [], now.monotonic);
  const last = toldOf(transition, level, now.wall);
  const base = { ...topic, times, last, told: topic?.told ?? [] };
  const held = topic?.held;
  const isGraver = topic?.toldLevel !== undefined && !isAtLeast(topic.toldLevel, level);
  if (held && !isGraver) {
    topics.set(key, { ...base, held: { ...held, count: held.count + 1, changed: now.monotonic } });
    return;
  }
  const often = times.length > TOLD_EACH_TIME;
  const sentence = often
    ? `${times.length} times within an hour, counted only from now on: ${last.sentence}`
    : undefined;
  const names = union(listeners(rules, last.code, level), concluded(telling, transition));
  const told = teller.tell(draftOf("done", last, times.length, sentence), names);
  topics.set(key, {
    ...base,
    told,
    toldLevel: level,
    ...(often ? { held: { since: now.monotonic, count: 0, changed: now.monotonic } } : {}),
  });
}

/** Those who heard that this began; they need to hear only once how it came out. */
function concluded({ topics }: Telling, { code, subject }: Transition): readonly string[] {
  const begun = CONCLUDES.get(code);
  const key = begun === undefined ? undefined : eventKey({ code: begun, subject });
  const topic = key === undefined ? undefined : topics.get(key);
  if (key === undefined || !topic) return [];
  topics.set(key, { ...topic, told: [] });
  return topic.told;
}

function eventKey(transition: Pick<Transition, "code" | "subject">): string {
  return `${findingKey(transition)} done`;
}
