import { spokenDuration } from "../decide/durations.ts";
import { wrapped } from "./columns.ts";
import { inert } from "./inert.ts";

/** One line of a status, or several: a name, and what there is to say. */
export type Row = readonly [label: string, text: string];

/** What every terminal and every mail shows unbroken. */
export const WIDTH = 80;
/** The longest label is `recovery`. */
const LABEL = 9;

/** Rows under each other, their texts in one column. */
export function rowLines(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(([label, text]) => {
    const first = `  ${label.padEnd(LABEL)} `;
    return wrapped(inert(text), { width: WIDTH, first, rest: " ".repeat(first.length) });
  });
}

/** How long ago an ISO time was. */
export function ago(time: string, now: number): string {
  return `${lasting(time, now)} ago`;
}

/** An ISO time to the minute. */
export function clockText(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time) ? `${time.slice(0, 16).replace("T", " ")} UTC` : time;
}

/** How long something has lasted that began at an ISO time. */
export function lasting(time: string, now: number): string {
  return spokenDuration(now - Date.parse(time));
}
