import { HOUR } from "../decide/durations.ts";
import type { Level } from "../model/finding.ts";
import type { Moment } from "../model/observation.ts";
import type { Told, Topic } from "./memory.ts";
import type { NoticeRules } from "./rules.ts";
import type { Draft, Teller } from "./teller.ts";

/** One decision under way. */
export interface Telling {
  readonly rules: NoticeRules;
  readonly now: Moment;
  readonly topics: Map<string, Topic>;
  readonly teller: Teller;
}

/** So often within an hour it is told each time; from then on it comes and goes. */
export const TOLD_EACH_TIME = 3;

/** What has just begun or been done: its times within the last hour, this one included. */
export function withTime(times: readonly number[], now: number): readonly number[] {
  return [...times.filter((time) => now - time < HOUR), now];
}

/** What a finding or an event says, at the level at which it is told. */
export function toldOf(
  { code, subject, sentence }: Pick<Told, "code" | "subject" | "sentence">,
  level: Level,
  since: number,
  more: { readonly fix?: string | undefined; readonly evidence?: readonly string[] } = {},
): Told {
  return {
    code,
    subject,
    level,
    sentence,
    since,
    ...(more.fix === undefined ? {} : { fix: more.fix }),
    ...(more.evidence && more.evidence.length > 0 ? { evidence: more.evidence } : {}),
  };
}

export function draftOf(phase: Draft["phase"], told: Told, count: number, sentence = told.sentence): Draft {
  return { phase, told, sentence, count };
}

export function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}
