import type { SmsdLogLine } from "../../core/smsd-log.ts";
import { classifyLine, type LineClass, type LineKind, messageOfLine, shownText } from "../../core/smsd-log-class.ts";
import type { LogDigest, ModemLog, Moment, Traffic, TroubleKind } from "../model/observation.ts";

export const EMPTY_DIGEST: LogDigest = { started: false, modems: {}, fatal: [] };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Of a flood only this much is kept. */
const MOST_ERRORS = 100;
const MOST_POLLS = 100;
const MOST_FATAL = 5;
/** smsd's own limit is 64 modems with names of 31 characters. */
const MOST_MODEMS = 64;
const NAME = /^[A-Za-z0-9._-]{1,31}$/;
/** A stream of messages is news this often. */
const NEWS_MS = 10_000;
/** smsd names what ends a modem's process less than this before the end. */
const CAUSE_MS = 10_000;

/** What smsd says of its own main process beside these would be no news for anybody. */
const LIFECYCLE: ReadonlySet<LineKind> = new Set(["started", "ended", "handler-ended"]);

const TROUBLE: Partial<Readonly<Record<LineKind, TroubleKind>>> = {
  "io-error": "io-error",
  "not-opening": "not-opening",
  "not-answering": "not-answering",
  // It answers, with an error: without a SIM, or while that waits for its PIN, nothing can be read.
  "reading-failed": "other",
  "not-registered": "not-registered",
  "registration-denied": "not-registered",
  "pin-refused": "sim",
  "sim-locked": "sim",
  "sim-unexpected": "sim",
  "pin-missing": "sim",
  sim: "sim",
  sending: "sending",
  blocked: "sending",
  "giving-up": "other",
  "setup-refused": "other",
};

/**
 * The digest after these further lines, read at `at`. The first lines ever read are as old as they say, since an agent
 * that has just started reads a log that was there before; later ones are new, whatever the wall clock does meanwhile.
 */
export function digestLog(previous: LogDigest, lines: readonly SmsdLogLine[], at: Moment): LogDigest {
  const first = !previous.started && Object.keys(previous.modems).length === 0 && previous.fatal.length === 0;
  let digest = previous;
  for (const line of lines) {
    const after = withLine(digest, line, first ? at.monotonic - ageOf(line, at) : at.monotonic);
    digest = withTraffic(after, line, first ? at.wall - ageOf(line, at) : at.wall);
  }
  return digest;
}

/** Whether a message has passed through a modem, the one before it long enough ago for this to be news. */
export function messagePassed(before: LogDigest, after: LogDigest): boolean {
  if (before.traffic === after.traffic) return false;
  return Object.entries(after.traffic ?? {}).some(([name, { receivedAt = 0, sentAt = 0 }]) => {
    const known = own(before.traffic ?? {}, name);
    return isNews(known?.receivedAt, receivedAt) || isNews(known?.sentAt, sentAt);
  });
}

function isNews(before: number | undefined, after: number): boolean {
  return Math.abs(after - (before ?? 0)) >= NEWS_MS;
}

/** Whether these lines are worth a look at everything: trouble, starts and ends, but not each successful poll. */
export function notable(lines: readonly SmsdLogLine[], before: LogDigest = EMPTY_DIGEST): boolean {
  return lines.some((line) => isNotable(line, before));
}

const ROUTINE: ReadonlySet<LineKind> = new Set(["alive", "traffic", "unexpected-input", "other"]);

function isNotable(line: SmsdLogLine, before: LogDigest): boolean {
  const { kind } = classifyLine(line);
  if (ROUTINE.has(kind)) return false;
  const known = own(before.modems, line.process);
  // Of a modem that had not answered so far, the first sign that it does.
  if (kind === "progress") return known !== undefined && (known.readyAt === undefined || known.trouble !== undefined);
  // smsd repeats these every second while it waits.
  if (kind === "not-registered" || kind === "not-opening") return known?.trouble?.kind !== TROUBLE[kind];
  return true;
}

function withLine(digest: LogDigest, line: SmsdLogLine, at: number): LogDigest {
  const found = classifyLine(line);
  if (found.kind === "started") {
    return { ...EMPTY_DIGEST, started: true, ...(digest.traffic ? { traffic: digest.traffic } : {}) };
  }
  if (found.kind === "ended") return { ...digest, started: false };
  const noted = found.kind === "unmovable" ? { ...digest, unmovable: found.file } : digest;
  if (found.kind === "handler-ended") {
    return withModem(noted, found.modem, (modem) => ended(modem, line, at));
  }
  if (line.process !== "smsd") return withModem(noted, line.process, (modem) => modemAfter(modem, line, found, at));
  if (line.severity > 2 || LIFECYCLE.has(found.kind)) return noted;
  return { ...noted, fatal: [...noted.fatal, shownText(line.text)].slice(-MOST_FATAL) };
}

function withTraffic(digest: LogDigest, line: SmsdLogLine, wall: number): LogDigest {
  const way = line.process === "smsd" ? undefined : messageOfLine(line);
  if (way === undefined) return digest;
  const { traffic = {} } = digest;
  const known = own(traffic, line.process);
  if (!known && (!NAME.test(line.process) || Object.keys(traffic).length >= MOST_MODEMS)) return digest;
  const time: Traffic = way === "sent" ? { sentAt: wall } : { receivedAt: wall };
  return { ...digest, traffic: { ...traffic, [line.process]: { ...known, ...time } } };
}

function withModem(digest: LogDigest, name: string, change: (modem: ModemLog) => ModemLog): LogDigest {
  const known = own(digest.modems, name);
  if (!known && (!NAME.test(name) || Object.keys(digest.modems).length >= MOST_MODEMS)) return digest;
  const changed = change(known ?? { ioErrors: [] });
  return changed === known ? digest : { ...digest, modems: { ...digest.modems, [name]: changed } };
}

function modemAfter(modem: ModemLog, line: SmsdLogLine, found: LineClass, at: number): ModemLog {
  if (found.kind === "progress") return progressed(modem, at);
  if (found.kind === "alive") return { ...modem, polls: withPoll(modem.polls ?? [], at) };
  if (found.kind === "suspended") return { ...modem, suspendedAt: at };
  if (found.kind === "resumed") return without(modem, "suspendedAt");
  const troubled = inTrouble(modem, line, found.kind, at);
  if (found.kind === "io-error")
    return { ...troubled, ioErrors: [...recent(modem.ioErrors, at), at].slice(-MOST_ERRORS) };
  if (found.kind === "blocked") return { ...troubled, blocked: { at, seconds: found.seconds } };
  if (found.kind === "process-ended") return ended(troubled, line, at);
  const refused = found.kind === "pin-refused" || found.kind === "sim-locked";
  return refused ? { ...troubled, pinRefused: { at, text: shownText(line.text) } } : troubled;
}

function progressed(modem: ModemLog, at: number): ModemLog {
  const { trouble: _over, blocked: _free, ...rest } = modem;
  return { ...rest, ioErrors: recent(modem.ioErrors, at), readyAt: at };
}

function inTrouble(modem: ModemLog, line: SmsdLogLine, found: LineKind, at: number): ModemLog {
  const kind = TROUBLE[found];
  if (!kind) return modem;
  return { ...modem, trouble: { at, since: modem.trouble?.since ?? at, text: shownText(line.text), kind } };
}

/** What smsd said just before is the cause; that the process has ended says nothing of it. */
function ended(modem: ModemLog, line: SmsdLogLine, at: number): ModemLog {
  if (modem.dead) return modem;
  const cause = modem.trouble && at - modem.trouble.at <= CAUSE_MS ? modem.trouble.text : shownText(line.text);
  return { ...modem, dead: { at, text: cause } };
}

function recent(times: readonly number[], at: number): readonly number[] {
  const kept = times.filter((time) => at - time < MINUTE_MS);
  return kept.length === times.length ? times : kept;
}

/** The last one before the last minute may still go on. */
function withPoll(polls: readonly number[], at: number): readonly number[] {
  const current = polls.findLastIndex((time) => at - time >= MINUTE_MS);
  return [...polls.slice(Math.max(0, current)), at].slice(-MOST_POLLS);
}

function without(modem: ModemLog, key: "suspendedAt"): ModemLog {
  const { [key]: _gone, ...rest } = modem;
  return rest;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Milliseconds since a line was written, by its own time, which is local and has no zone; one from the future is new. */
function ageOf({ time }: SmsdLogLine, at: Moment): number {
  const written = new Date(time.replace(" ", "T")).getTime();
  if (Number.isNaN(written)) return 0;
  return Math.min(DAY_MS, Math.max(0, at.wall - written));
}
