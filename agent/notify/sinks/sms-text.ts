import { septetsOf } from "../../../core/sms/gsm7.ts";
import type { Notice } from "../notice.ts";
import { headingWord, whenLate } from "../wording.ts";

/** One SMS in the default alphabet; longer texts are sent, and paid for, as several. */
const MOST_SEPTETS = 160;
const ELLIPSIS = "...";
const LONGEST_HOST = 20;

/** What our sentences use and the default alphabet has not. */
const LIKE: ReadonlyMap<string, string> = new Map([
  ["`", "'"],
  ["‘", "'"],
  ["’", "'"],
  ["“", '"'],
  ["”", '"'],
  ["–", "-"],
  ["—", "-"],
  ["…", "..."],
  ["•", "*"],
  ["\t", " "],
]);

/** A notice as one SMS: `[gw1] CRITICAL SIM7600: It has no SIM that it can use.` `now`: milliseconds since 1970. */
export function smsText(notice: Notice, now: number): string {
  const late = whenLate(notice, now) === "" ? [] : [`${notice.at.slice(5, 16).replace("T", " ")}Z`];
  const head = [`[${notice.host.slice(0, LONGEST_HOST)}]`, ...late, headingWord(notice), notice.modem ?? ""];
  return shortened(plain(`${head.filter((part) => part !== "").join(" ")}: ${notice.sentence}`));
}

/** In the default alphabet: one foreign character would make it UCS-2, and 70 characters all that fit. */
function plain(text: string): string {
  const known = [...text].map((char) => LIKE.get(char) ?? char);
  return known
    .flatMap((part) => [...part])
    .map((char) => (septetsOf(char) !== undefined ? char : withoutMarks(char)))
    .join("");
}

function withoutMarks(char: string): string {
  const base = char.normalize("NFKD").charAt(0);
  return septetsOf(base) === undefined ? "?" : base;
}

function shortened(text: string): string {
  if (lengthOf(text) <= MOST_SEPTETS) return text;
  let used = lengthOf(ELLIPSIS);
  let kept = "";
  for (const char of text) {
    used += septetsOf(char) ?? 1;
    if (used > MOST_SEPTETS) break;
    kept += char;
  }
  return `${kept.trimEnd()}${ELLIPSIS}`;
}

function lengthOf(text: string): number {
  return [...text].reduce((sum, char) => sum + (septetsOf(char) ?? 1), 0);
}
