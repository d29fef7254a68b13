import type { Progress } from "../delivery/types.ts";
import { type Guard, listOf, number, oneOf, recordOf, shape, text } from "../memory-shape.ts";
import type { Moment } from "../model/observation.ts";
import type { Notice } from "./notice.ts";

/** A notice on disk, with what each of its receivers has made of it. Plain JSON. */
export interface KeptNotice {
  readonly format: "modemkeeper.notice/1";
  readonly notice: Notice;
  /** The clocks when it was written: where the wall clock is set later in the same boot, its times are known better. */
  readonly written: Moment;
  /** Sinks that have not got it yet, by name. */
  readonly waiting: Readonly<Record<string, Progress>>;
}

export const UNTRIED: Progress = { attempts: 0, refusals: 0, tried: 0 };

/** The wall clock is corrected by fractions of a second all the time; more than this means that it was set. */
const CLOCK_SET_MS = 2_000;

const ID = /^[a-z0-9]{1,12}-\d{1,15}$/;
const isId: Guard = (value) => typeof value === "string" && ID.test(value);
const isTime: Guard = (value) => typeof value === "string" && !Number.isNaN(Date.parse(value));

const isNotice = shape<Notice>({
  must: {
    id: isId,
    level: oneOf("info", "warning", "critical"),
    host: text,
    subject: (value) => typeof value === "string" && /^(smsd|host|modem:.+)$/.test(value),
    code: text,
    phase: oneOf("begun", "over", "done"),
    sentence: text,
    since: isTime,
    at: isTime,
    count: number,
  },
  may: { modem: text, fix: text, evidence: listOf(text) },
});

const isKept = shape<KeptNotice>({
  must: {
    format: oneOf("modemkeeper.notice/1"),
    notice: isNotice,
    written: shape<Moment>({ must: { wall: number, monotonic: number, bootId: text }, may: {} }),
    waiting: recordOf(
      shape<Progress>({ must: { attempts: number, refusals: number, tried: number }, may: { lastError: text } }),
    ),
  },
  may: {},
});

/** Undefined for what no agent has written. */
export function parseKept(content: string): KeptNotice | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return isKept(value) ? (value as KeptNotice) : undefined;
  } catch {
    return undefined;
  }
}

/** Notices are numbered in the order in which they came up. */
export function numberOf({ id }: Pick<Notice, "id">): number {
  return Number(id.slice(id.indexOf("-") + 1));
}

/**
 * The notice with its times as the wall clock shows them now: a board without a clock battery begins in the past, and learns
 * the time together with the way to the receivers. A notice of an earlier boot stays as it is.
 */
export function withTrueTimes({ notice, written }: KeptNotice, now: Moment): Notice {
  const set = now.wall - now.monotonic - (written.wall - written.monotonic);
  if (written.bootId !== now.bootId || Math.abs(set) <= CLOCK_SET_MS) return notice;
  return { ...notice, at: moved(notice.at, set), since: moved(notice.since, set) };
}

function moved(time: string, by: number): string {
  const date = new Date(Date.parse(time) + by);
  return Number.isNaN(date.getTime()) ? time : date.toISOString();
}
