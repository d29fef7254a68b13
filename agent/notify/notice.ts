import type { Level, Subject } from "../model/finding.ts";

/** What somebody is told: something began, is over, or was done once. */
export interface Notice {
  /** `<time>-<number>`, the same at every attempt: a receiver that has it needs it no second time. */
  readonly id: string;
  readonly level: Level;
  readonly host: string;
  readonly subject: Subject;
  /** Name in the inventory; absent where it is not about one modem. */
  readonly modem?: string;
  /** Stable reason code: `smsd-down`, `recovery-succeeded`. */
  readonly code: string;
  readonly phase: "begun" | "over" | "done";
  /** For a person. Never a phone number, a text or a PIN. */
  readonly sentence: string;
  /** When what it is about began, ISO 8601, UTC. */
  readonly since: string;
  /** When it was found out, ISO 8601, UTC; not when it is delivered. */
  readonly at: string;
  /** How often it began or was done within the last hour, this time included. */
  readonly count: number;
  readonly fix?: string;
  readonly evidence?: readonly string[];
}

/** A notice and the receivers that it is for. */
export interface Addressed {
  readonly notice: Notice;
  /** Names of sinks; at least one. */
  readonly sinks: readonly string[];
}

const RANK: Readonly<Record<Level, number>> = { info: 0, warning: 1, critical: 2 };

/** Whether a level is as grave as another one, or graver. */
export function isAtLeast(level: Level, other: Level): boolean {
  return RANK[level] >= RANK[other];
}

export function graver(one: Level, other: Level): Level {
  return isAtLeast(one, other) ? one : other;
}
