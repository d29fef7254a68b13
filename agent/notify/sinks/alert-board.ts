import type { Level, OngoingFinding } from "../../model/finding.ts";
import type { Moment } from "../../model/observation.ts";
import type { SignOfLife } from "../client.ts";
import type { Notice } from "../notice.ts";

/** An alert as Alertmanager's v2 API takes it (api/v2/openapi.yaml, postableAlert). Its labels are its identity. */
export interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** An alert that lasts, or has just ended and is to be told as such. */
export interface Standing {
  readonly labels: PostableAlert["labels"];
  readonly annotations: PostableAlert["annotations"];
  /** Monotonic times. */
  readonly begun: number;
  readonly ended?: number;
}

/** By labels. */
export type Board = ReadonlyMap<string, Standing>;

/** Alertmanager lets an alert go that is not repeated until then: an agent that dies leaves nothing burning. */
const LASTS_MS = 4 * 60_000;
/** What was done once burns so long that every route of Alertmanager (`group_wait` is 30 s as a rule) has told it. */
const DONE_MS = 5 * 60_000;
/** Ends that nobody took up within a day interest nobody: they have run out by themselves. */
const ENDED_MS = 24 * 3_600_000;
/** Three heartbeats may be missed. */
const BEATS = 3;

/** What lasts now is put on the board; what has gone since is marked as ended. `extra`: labels of the inventory. */
export function boardAfter(
  board: Board,
  lasting: readonly OngoingFinding[],
  now: Moment,
  { host, extra }: { readonly host: string; readonly extra: Readonly<Record<string, string>> },
): Board {
  const next = new Map<string, Standing>();
  for (const finding of lasting) {
    const labels = labelsOf(finding, host, extra);
    const key = JSON.stringify(labels);
    const known = board.get(key);
    const begun = known && known.ended === undefined ? known.begun : begunAt(finding, now);
    next.set(key, { labels, annotations: annotationsOf(finding), begun });
  }
  for (const [key, standing] of board) {
    if (next.has(key)) continue;
    const ended = standing.ended ?? now.monotonic;
    if (now.monotonic - ended < ENDED_MS) next.set(key, { ...standing, ended });
  }
  return next;
}

/** Ends that Alertmanager has taken up need not be told again. */
export function withoutTold(board: Board, told: Board): Board {
  return new Map([...board].filter(([key, { ended }]) => ended === undefined || told.get(key)?.ended !== ended));
}

/** Whether Alertmanager must hear of it now and not only at the next repetition. */
export function isNews(before: Board, after: Board): boolean {
  return [...after].some(([key, { ended }]) => {
    const known = before.get(key);
    return !known || known.ended !== ended;
  });
}

export function alertsOf(board: Board, { wall, monotonic }: Moment): readonly PostableAlert[] {
  return [...board.values()].map(({ labels, annotations, begun, ended }) => {
    const endsAt = ended === undefined ? wall + LASTS_MS : wall - (monotonic - ended);
    return { labels, annotations, ...times(wall - (monotonic - begun), endsAt) };
  });
}

/** What was done once, as an alert that ends by itself. */
export function alertOfEvent(notice: Notice, now: number, extra: Readonly<Record<string, string>>): PostableAlert {
  const { code, level, subject, host } = notice;
  return {
    labels: labelsOf({ code, level, subject }, host, extra),
    annotations: annotationsOf(notice),
    ...times(Math.min(Date.parse(notice.at), now), now + DONE_MS),
  };
}

/** An alert that always burns: its absence is the news. */
export function alertOfLife(
  { host, version, verdict, next }: SignOfLife,
  now: number,
  extra: Readonly<Record<string, string>>,
): PostableAlert {
  return {
    labels: { ...extra, alertname: "modemkeeper-heartbeat", severity: "none", host },
    annotations: { summary: `The agent lives; ${verdict.level}: ${verdict.sentence}`, version },
    ...times(now, now + Math.max(LASTS_MS, BEATS * next * 1000)),
  };
}

function labelsOf(
  { code, level, subject }: { readonly code: string; readonly level: Level; readonly subject: string },
  host: string,
  extra: Readonly<Record<string, string>>,
): PostableAlert["labels"] {
  const modem = subject.startsWith("modem:") ? { modem: subject.slice("modem:".length) } : {};
  return { ...extra, alertname: code, severity: level, host, ...modem };
}

function annotationsOf({
  sentence,
  fix,
  evidence = [],
}: {
  readonly sentence: string;
  readonly fix?: string;
  readonly evidence?: readonly string[];
}): PostableAlert["annotations"] {
  return {
    summary: sentence,
    ...(fix === undefined ? {} : { fix }),
    ...(evidence.length === 0 ? {} : { evidence: evidence.join("\n") }),
  };
}

function begunAt({ since }: OngoingFinding, { wall, monotonic }: Moment): number {
  return monotonic - Math.min(Math.max(0, wall - since), monotonic);
}

/** Alertmanager refuses an alert that ends before it begins. */
function times(startsAt: number, endsAt: number): Pick<PostableAlert, "startsAt" | "endsAt"> {
  return { startsAt: new Date(Math.min(startsAt, endsAt)).toISOString(), endsAt: new Date(endsAt).toISOString() };
}
