import { parseLogLine, type SmsdLogLine } from "../../core/smsd-log.ts";
import { classifyLine, type LineKind, shownText } from "../../core/smsd-log-class.ts";
import { maskDigits } from "../at/mask.ts";
import type { Level } from "../model/finding.ts";
import type { TimelineEvent } from "./event.ts";

/*
 * Lines of three logs → events. The files are written by several programs, cut by rotation, and may hold anything:
 * a line that is not as it should be is left out.
 */

/** Nothing of ours is longer. */
const MAX_LINE = 16_384;
const LEVELS: readonly Level[] = ["info", "warning", "critical"];
const PHASES = ["begun", "over", "done"] as const;
/** An access that waited or held this long is worth a line even if it went well. */
const LONG = 10_000;
/** What the agent does all the time. */
const EVERYDAY_PURPOSES: ReadonlySet<string> = new Set(["probe", "listen"]);

/** A line of the agent's timeline. */
export function parseEventLine(line: string): TimelineEvent | undefined {
  const value = objectIn(line);
  const time = timeIn(value);
  const level = LEVELS.find((known) => known === value?.level);
  if (!value || time === undefined || level === undefined) return undefined;
  const { subject, code, sentence } = value;
  if (typeof subject !== "string" || typeof code !== "string" || typeof sentence !== "string") return undefined;
  const phase = PHASES.find((known) => known === value.phase);
  return {
    ...{ time, source: "agent", subject, code, level, sentence },
    ...(phase ? { phase } : {}),
    evidence: textsIn(value.evidence),
    routine: false,
  };
}

/** A line of the access log. */
export function parseAccessLine(line: string): TimelineEvent | undefined {
  const value = objectIn(line);
  const time = timeIn(value);
  if (!value || time === undefined) return undefined;
  const { process, purpose, modem, port, outcome, pid, waitMs, holdMs } = value;
  if (typeof process !== "string" || typeof purpose !== "string" || typeof modem !== "string") return undefined;
  if (typeof port !== "string" || typeof outcome !== "string" || typeof pid !== "number") return undefined;
  if (typeof waitMs !== "number" || typeof holdMs !== "number") return undefined;
  const ok = outcome === "ok";
  const detail = typeof value.detail === "string" ? ` (${value.detail})` : "";
  const place = port === "" ? "" : ` on ${port}`;
  const commands = textsIn(value.commands);
  const times = `waited ${seconds(waitMs)}, held ${seconds(holdMs)}`;
  return {
    ...{ time, source: "access", subject: modem === "" ? "host" : `modem:${modem}`, code: purpose },
    level: ok ? "info" : "warning",
    sentence: `access by ${process} (pid ${pid}) for ${purpose}${place}: ${outcome}${detail}${said(commands)}; ${times}`,
    evidence: commands,
    routine: ok && EVERYDAY_PURPOSES.has(purpose) && waitMs < LONG && holdMs < LONG,
  };
}

const MOST_SAID = 3;

function said(commands: readonly string[]): string {
  if (commands.length === 0) return "";
  const more = commands.length > MOST_SAID ? `, and ${commands.length - MOST_SAID} more` : "";
  return `; ${commands.slice(0, MOST_SAID).join(", ")}${more}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Lines that smsd writes all day, or that only its authors read. */
const ROUTINE: ReadonlySet<LineKind> = new Set(["alive", "progress", "unexpected-input", "other", "reading-failed"]);
const LIFECYCLE: ReadonlySet<LineKind> = new Set(["started", "ended", "suspended", "resumed", "traffic", "progress"]);

/** A line of smsd's log; debug output is left out, since it holds whole messages. */
export function parseSmsdLine(text: string): TimelineEvent | undefined {
  const line = text.length > MAX_LINE ? undefined : parseLogLine(text);
  if (!line || line.severity > 6) return undefined;
  // smsd writes local time without a zone.
  const time = new Date(line.time.replace(" ", "T")).getTime();
  if (Number.isNaN(time)) return undefined;
  const { kind } = classifyLine(line);
  return {
    ...{ time, source: "smsd", code: kind, level: levelOf(line, kind) },
    subject: line.process === "smsd" ? "smsd" : `modem:${line.process}`,
    sentence: shownText(line.text),
    evidence: [],
    routine: isRoutine(line, kind),
  };
}

function isRoutine({ text, severity }: SmsdLogLine, kind: LineKind): boolean {
  if (!ROUTINE.has(kind) || /^SMS (sent|received)/.test(text)) return false;
  return kind !== "other" || severity > 3 || COMING_AND_GOING.test(text);
}

/** What smsd says of its own coming and going at severity 2, so that it is always logged. */
const COMING_AND_GOING =
  /^(Running (as|in) |Modem handler \d+ (has )?(started|terminated)\.|Smsd mainprocess is awaiting)/;

function levelOf({ severity, text }: SmsdLogLine, kind: LineKind): Level {
  if (LIFECYCLE.has(kind) || (kind === "other" && COMING_AND_GOING.test(text))) return "info";
  if (severity <= 2) return "critical";
  return severity <= 4 ? "warning" : "info";
}

type Loose = Readonly<Record<string, unknown>>;

function objectIn(line: string): Loose | undefined {
  if (line.length > MAX_LINE) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Loose) : undefined;
  } catch {
    return undefined;
  }
}

function timeIn(value: Loose | undefined): number | undefined {
  const time = typeof value?.time === "string" ? Date.parse(value.time) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string").map(maskDigits) : [];
}
