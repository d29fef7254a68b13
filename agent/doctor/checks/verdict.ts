import type { DoctorFacts } from "../facts.ts";
import type { Known, Unseen } from "../known.ts";

export type DoctorLevel = "ok" | "info" | "warning" | "error";

/** One thing that a check saw. */
export interface Verdict {
  readonly level: DoctorLevel;
  /** What was seen, one sentence. Never a phone number, a text, a PIN. */
  readonly sentence: string;
  /** What to do; absent where nothing needs doing. */
  readonly fix?: string;
  /** Lines, names and numbers it was concluded from. */
  readonly evidence?: readonly string[];
  /** True where it could not be seen. */
  readonly unknown?: true;
}

/** A row of the table of checks; the documentation is made of it. */
export interface DoctorCheck {
  /** Stable. */
  readonly name: string;
  /** For lists: a few words. */
  readonly title: string;
  /** What it looks at, one sentence. */
  readonly looksAt: string;
  /** Why a finding matters, one or two sentences. */
  readonly why: string;
  /** How to mend it in general; a finding's own fix names files and commands. */
  readonly advice: string;
  /** At least one verdict. */
  readonly judge: (facts: DoctorFacts) => readonly Verdict[];
}

export function fine(sentence: string): readonly Verdict[] {
  return [{ level: "ok", sentence }];
}

export function note(sentence: string, more: Pick<Verdict, "fix" | "evidence"> = {}): Verdict {
  return { level: "info", sentence, ...more };
}

export function warning(sentence: string, fix: string, evidence: readonly string[] = []): Verdict {
  return { level: "warning", sentence, fix, ...(evidence.length > 0 ? { evidence } : {}) };
}

export function fault(sentence: string, fix: string, evidence: readonly string[] = []): Verdict {
  return { level: "error", sentence, fix, ...(evidence.length > 0 ? { evidence } : {}) };
}

/** Judges what is known; what is not is said to be unknown. */
export function seen<T>(one: Known<T>, judge: (value: T) => readonly Verdict[]): readonly Verdict[] {
  return "value" in one ? judge(one.value) : [unknownOf(one.unseen)];
}

/** Only that something was not to be seen: without root, or since it does not exist here, that is no fault. */
function unknownOf({ cause, why }: Unseen): Verdict {
  const level = cause === "failed" ? "warning" : "info";
  const fix = { "not-root": "Run `sudo modemkeeper doctor`.", absent: undefined, failed: undefined }[cause];
  return { level, sentence: `Unknown: ${why}.`, unknown: true, ...(fix === undefined ? {} : { fix }) };
}

/** The findings, or where there is none that all is well. */
export function orFine(findings: readonly Verdict[], sentence: string): readonly Verdict[] {
  return findings.length > 0 ? findings : fine(sentence);
}

/** `one`, `one and two`, `one, two and three`. */
export function listed(words: readonly string[]): string {
  if (words.length <= 1) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Milliseconds as people say them. */
export function duration(milliseconds: number): string {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  if (minutes < 1) return `${Math.round(Math.abs(milliseconds) / 1000)} s`;
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
