import type { Paint } from "../../provision/views/paint.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import { inert } from "./inert.ts";

export interface TimelineView {
  readonly paint: Paint;
  /** False where the terminal's character set is not UTF-8. */
  readonly unicode: boolean;
}

const ICONS = {
  critical: { icon: "✗", plain: "X", colour: "red" },
  warning: { icon: "▲", plain: "!", colour: "yellow" },
  begun: { icon: "▶", plain: ">", colour: "cyan" },
  over: { icon: "✓", plain: "+", colour: "green" },
  access: { icon: "⇄", plain: "=", colour: "gray" },
  info: { icon: "•", plain: "-", colour: "gray" },
} as const;

const SUBJECT_WIDTH = 14;

/** One event as one line: local time, icon, subject, sentence. Whatever the logs hold, it cannot drive a terminal. */
export function renderEvent(event: TimelineEvent, { paint, unicode }: TimelineView): string {
  const { icon, plain, colour } = ICONS[iconOf(event)];
  const subject = inert(event.subject)
    .replace(/^modem:/, "")
    .padEnd(SUBJECT_WIDTH);
  const text = unicode ? inert(event.sentence) : ascii(inert(event.sentence));
  const sentence = event.level === "critical" && event.phase !== "over" ? paint("bold", text) : text;
  const sign = paint(colour, unicode ? icon : plain);
  return `${paint("dim", localTime(event.time))} ${sign} ${unicode ? subject : ascii(subject)} ${sentence}\n`;
}

function iconOf({ level, phase, source }: TimelineEvent): keyof typeof ICONS {
  if (phase === "over") return "over";
  if (level !== "info") return level;
  if (phase === "begun") return "begun";
  return source === "access" ? "access" : "info";
}

/** `2026-01-17 10:20:31`, as the clock on the wall shows it. */
function localTime(time: number): string {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const IN_ASCII: Readonly<Record<string, string>> = { "→": "->", "…": "...", "•": "*", "·": ".", "×": "x", "–": "-" };

function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (sign) => IN_ASCII[sign] ?? "?");
}

/** Whether the environment promises UTF-8, in the order of setlocale(3). */
export function speaksUtf8(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || "";
  return /utf-?8/i.test(locale);
}
