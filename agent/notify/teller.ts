import { HOUR, spokenDuration } from "../decide/durations.ts";
import type { Level } from "../model/finding.ts";
import type { Moment } from "../model/observation.ts";
import type { Budget, NoticeMemory, Told } from "./memory.ts";
import { type Addressed, graver, type Notice } from "./notice.ts";
import type { NoticeRules, SinkRules } from "./rules.ts";

/** What is to be told, before it is known who may hear it now. */
export interface Draft {
  readonly phase: Notice["phase"];
  readonly told: Told;
  readonly sentence: string;
  readonly count: number;
  /** Passes the limit: its beginning was told, or it tells what was held back. */
  readonly always?: boolean;
}

/** Evidence is a few log lines; a notice is no archive. */
const MOST_EVIDENCE = 10;
const LONGEST_TEXT = 1_000;
/** Named in a summary. */
const MOST_CODES = 12;

/** Makes notices, and keeps account of what each sink has been sent. Lives for one decision. */
export class Teller {
  readonly notices: Addressed[] = [];
  readonly #rules: ReadonlyMap<string, SinkRules>;
  readonly #budgets: Map<string, Budget>;
  readonly #host: string;
  readonly #now: Moment;
  #sequence: number;

  constructor(rules: NoticeRules, memory: NoticeMemory, host: string, now: Moment) {
    this.#rules = new Map(rules.sinks.map((sink) => [sink.name, sink]));
    const known = Object.entries(memory.budgets).filter(([name]) => this.#rules.has(name));
    this.#budgets = new Map(known.map(([name, budget]) => [name, pruned(budget, now.monotonic)]));
    this.#host = host;
    this.#now = now;
    this.#sequence = memory.sequence;
  }

  /** Tells those of `names` that may hear it now; for the others it is counted. Returns the names of those who hear it. */
  tell(draft: Draft, names: readonly string[]): readonly string[] {
    const wanting = names.filter((name) => this.#wants(name, draft));
    const hearing = wanting.filter((name) => this.#grants(name, draft));
    if (hearing.length > 0) this.notices.push({ notice: this.#notice(draft), sinks: hearing });
    return hearing;
  }

  /** Sums up what was held back for a sink, as soon as it has heard little enough, or after an hour. */
  sumUp(): void {
    const now = this.#now.monotonic;
    for (const [name, { sent, held }] of this.#budgets) {
      const limit = this.#rules.get(name)?.mostPerHour ?? 0;
      if (!held || (sent.length > limit / 2 && now - held.since < HOUR)) continue;
      const { sent: heard } = this.#budgetOf(name);
      this.#budgets.set(name, { sent: heard });
      this.tell(summary(held, limit, this.#now), [name]);
    }
  }

  get sequence(): number {
    return this.#sequence;
  }

  get budgets(): NoticeMemory["budgets"] {
    const used = [...this.#budgets].filter(([, { sent, held }]) => sent.length > 0 || held);
    return Object.fromEntries(used);
  }

  #wants(name: string, { phase }: Draft): boolean {
    const rules = this.#rules.get(name);
    return rules !== undefined && (rules.lasting || phase === "done");
  }

  #grants(name: string, { told, always }: Draft): boolean {
    const { sent, held } = this.#budgetOf(name);
    const limit = this.#rules.get(name)?.mostPerHour ?? 0;
    const now = this.#now.monotonic;
    if (always || told.level === "critical" || (!held && sent.length < limit)) {
      this.#budgets.set(name, { sent: [...sent, now], ...(held ? { held } : {}) });
      return true;
    }
    const codes = new Map(Object.entries(held?.codes ?? {}));
    codes.set(told.code, (codes.get(told.code) ?? 0) + 1);
    const level = held ? graver(held.level, told.level) : told.level;
    this.#budgets.set(name, { sent, held: { since: held?.since ?? now, level, codes: Object.fromEntries(codes) } });
    return false;
  }

  #budgetOf(name: string): Budget {
    return this.#budgets.get(name) ?? { sent: [] };
  }

  #notice({ phase, told, sentence, count }: Draft): Notice {
    this.#sequence += 1;
    const { wall } = this.#now;
    const { level, subject, code, fix, evidence = [] } = told;
    return {
      id: `${Math.max(0, Math.floor(wall)).toString(36)}-${this.#sequence}`,
      level,
      host: this.#host,
      subject,
      ...(subject.startsWith("modem:") ? { modem: subject.slice("modem:".length) } : {}),
      code,
      phase,
      sentence: sentence.slice(0, LONGEST_TEXT),
      since: isoTime(Math.min(told.since, wall)),
      at: isoTime(wall),
      count,
      ...(fix === undefined || phase === "over" ? {} : { fix }),
      ...(evidence.length === 0 || phase === "over"
        ? {}
        : { evidence: evidence.slice(0, MOST_EVIDENCE).map((line) => line.slice(0, LONGEST_TEXT)) }),
    };
  }
}

function pruned({ sent, held }: Budget, now: number): Budget {
  return { sent: sent.filter((time) => now - time < HOUR), ...(held ? { held } : {}) };
}

function summary({ since, level, codes }: NonNullable<Budget["held"]>, limit: number, now: Moment): Draft {
  const all = Object.entries(codes);
  const count = all.reduce((sum, [, times]) => sum + times, 0);
  const named = all.slice(0, MOST_CODES).map(([code, times]) => (times === 1 ? code : `${code} (${times} times)`));
  const more = all.length > MOST_CODES ? " and others" : "";
  const sentence = `${count} more ${count === 1 ? "notice was" : "notices were"} held back, since ${limit} within an hour are enough: ${named.join(", ")}${more}.`;
  const lasted = now.monotonic - since;
  return {
    phase: "done",
    told: {
      code: "notices-held-back",
      subject: "host",
      // What is critical is never held back.
      level: level satisfies Level,
      sentence,
      since: now.wall - lasted,
      fix: `\`modemkeeper events\` shows the last ${spokenDuration(Math.max(HOUR, lasted))}.`,
    },
    sentence,
    count,
    always: true,
  };
}

/** A time that no clock of people shows is as good as none: 1970. */
function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
