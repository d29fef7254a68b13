import type { Modem } from "../../core/model/inventory.ts";
import type { Finding, Level, Subject } from "../model/finding.ts";
import type { ModemMemory } from "../model/memory.ts";
import type { ModemLog, Traffic } from "../model/observation.ts";
import type { AgentStep, IssuedStep, Outcome, Reason, Transition } from "../model/step.ts";
import type { BoundModem } from "./modem-bindings.ts";
import type { Asking, DecisionInput, Listening, SmsdDemands } from "./types.ts";

/** What one pass goes by for one modem. */
export interface ModemFacts {
  readonly input: DecisionInput;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly modem: Modem;
  readonly subject: Subject;
  /** What is on the bus for it; undefined while it is absent. */
  readonly bound?: BoundModem;
  readonly log?: ModemLog;
  readonly traffic?: Traffic;
  /** Steps on it that have ended since the last pass. */
  readonly outcomes: readonly Outcome[];
  /** A step on it runs: nothing else begins. */
  readonly busy: boolean;
  /** Why nothing may be begun at all: a person's command, or a manual stop. */
  readonly restraint?: Restraint;
  /** Monotonic time since which smsd runs; undefined while it is down. */
  readonly smsdSince?: number;
}

export interface Restraint {
  readonly kind: "operator" | "manual-stop";
  readonly sentence: string;
}

/** Why a check counts as failed. */
export interface Failure {
  readonly code: string;
  readonly sentence: string;
  /** Needs no second check: what was seen cannot be chance. */
  readonly atOnce: boolean;
  /** A port is missing: nothing that talks to the port, smsd or AT, can help. */
  readonly port: boolean;
}

/** One modem's pass: what is concluded so far. Each rule takes it and returns it with its own conclusions added. */
export interface Turn {
  readonly facts: ModemFacts;
  readonly memory: ModemMemory;
  readonly findings: readonly Finding[];
  readonly transitions: readonly Transition[];
  /** Monotonic times at which something may be due. */
  readonly wakes: readonly number[];
  readonly failure?: Failure;
  /** smsd, or with smsd away a probe, shows that it works. */
  readonly healthy: boolean;
  readonly step?: IssuedStep;
  readonly suspend?: string;
  readonly hold?: string;
  readonly restart?: Omit<NonNullable<SmsdDemands["restart"]>, "modem">;
  readonly pinRefused: boolean;
  readonly listening?: Listening;
  readonly asking?: Asking;
}

export function remember(turn: Turn, change: Partial<ModemMemory>): Turn {
  return { ...turn, memory: { ...turn.memory, ...change } };
}

/** Members of the memory that may be absent. */
type Forgettable = { [K in keyof ModemMemory]-?: undefined extends ModemMemory[K] ? K : never }[keyof ModemMemory];

export function forget(turn: Turn, ...keys: readonly Forgettable[]): Turn {
  if (keys.every((key) => turn.memory[key] === undefined)) return turn;
  const rest = Object.entries(turn.memory).filter(([key]) => !keys.some((one) => one === key));
  // Only members that may be absent are left out.
  return { ...turn, memory: Object.fromEntries(rest) as unknown as ModemMemory };
}

export function report(turn: Turn, finding: Omit<Finding, "subject"> | undefined): Turn {
  if (!finding) return turn;
  return { ...turn, findings: [...turn.findings, { ...finding, subject: turn.facts.subject }] };
}

export function tell(turn: Turn, level: Level, { code, sentence }: Reason, notify = false): Turn {
  const transition: Transition = { subject: turn.facts.subject, code, level, sentence, phase: "done", notify };
  return { ...turn, transitions: [...turn.transitions, transition] };
}

/** Look again at this monotonic time. */
export function wakeAt(turn: Turn, time: number): Turn {
  return { ...turn, wakes: [...turn.wakes, time] };
}

/** Whether a step on this modem may begin in this pass. */
export function isFree({ facts, step }: Turn): boolean {
  return !facts.busy && step === undefined && facts.restraint === undefined;
}

/** Begins a step; the caller has asked `isFree`. */
export function issue(turn: Turn, step: AgentStep, reason: Reason): Turn {
  return { ...turn, step: { subject: turn.facts.subject, step, reason } };
}

export function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} s`;
}
