import { type Finding, findingKey, type OngoingFinding } from "../../../../agent/model/finding.ts";
import type { Transition } from "../../../../agent/model/step.ts";
import { decideNotices } from "../../../../agent/notify/decide.ts";
import { emptyNoticeMemory, isNoticeMemory, type NoticeMemory } from "../../../../agent/notify/memory.ts";
import type { Addressed } from "../../../../agent/notify/notice.ts";
import type { NoticeRules, SinkRules } from "../../../../agent/notify/rules.ts";

export const WALL = Date.parse("2030-01-17T19:44:00Z");
export const MINUTES = 60;

export function sinkRules(change: Partial<SinkRules> = {}): SinkRules {
  return { name: "ops", minimum: "warning", mostPerHour: 30, lasting: true, never: new Set(), ...change };
}

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    code: "smsd-down",
    subject: "smsd",
    level: "critical",
    sentence: "It is down.",
    evidence: [],
    notify: true,
    ...change,
  };
}

export function event(change: Partial<Transition> = {}): Transition {
  return {
    code: "sim-exchanged",
    subject: "modem:SIM7600",
    level: "warning",
    sentence: "It is another SIM.",
    phase: "done",
    notify: true,
    ...change,
  };
}

/** Passes one after the other, as the agent makes them; the memory goes through JSON as over a restart. */
export class NoticeStory {
  /** All that was told, oldest first. */
  readonly all: Addressed[] = [];
  rules: NoticeRules;
  memory: NoticeMemory = emptyNoticeMemory("boot-1");
  bootId = "boot-1";
  /** Seconds since the beginning, and by how much the wall clock was set meanwhile. */
  seconds = 0;
  jump = 0;
  #uptime = 10_000_000;
  #findings: readonly OngoingFinding[] = [];
  #last: readonly Addressed[] = [];

  constructor(sinks: readonly SinkRules[] = [sinkRules()], levels: NoticeRules["levels"] = {}) {
    this.rules = { sinks, levels };
  }

  get wall(): number {
    return WALL + (this.seconds + this.jump) * 1000;
  }

  after(seconds: number): this {
    this.seconds += seconds;
    return this;
  }

  reboot(): this {
    this.bootId = `${this.bootId}+`;
    this.#uptime = 20_000 - this.seconds * 1000;
    return this;
  }

  /** One pass: these findings are there, these events happened. */
  pass(findings: readonly Finding[] = [], events: readonly Transition[] = []): this {
    const before = new Map(this.#findings.map((known) => [findingKey(known), known]));
    this.#findings = findings.map((one) => ({ ...one, since: before.get(findingKey(one))?.since ?? this.wall }));
    const decided = decideNotices({
      memory: this.memory,
      transitions: events,
      findings: this.#findings,
      rules: this.rules,
      host: "gw1",
      now: { wall: this.wall, monotonic: this.#uptime + this.seconds * 1000, bootId: this.bootId },
    });
    this.memory = JSON.parse(JSON.stringify(decided.memory)) as NoticeMemory;
    if (!isNoticeMemory(this.memory)) throw new Error("a memory that would not be understood again");
    this.#last = decided.notices;
    this.all.push(...decided.notices);
    return this;
  }

  /** Comes, and goes 30 s later. */
  flap(one: Finding = finding()): this {
    return this.pass([one]).after(30).pass([]).after(30);
  }

  /** What the last pass told: `phase code sentence`. */
  get said(): readonly string[] {
    return this.#last.map(({ notice: { phase, code, sentence } }) => `${phase} ${code}: ${sentence}`);
  }

  get notices(): readonly Addressed["notice"][] {
    return this.#last.map(({ notice }) => notice);
  }

  /** All that one sink heard: `phase code`. */
  heard(name = "ops"): readonly string[] {
    return this.all
      .filter(({ sinks }) => sinks.includes(name))
      .map(({ notice: { phase, code } }) => `${phase} ${code}`);
  }
}
