import type { Level } from "../model/finding.ts";

/** Where an event was read: the agent's own timeline, the access log, smsd's log. */
export type EventSource = "agent" | "access" | "smsd";

/** One thing that happened, whoever wrote it down. Texts come from files: to be shown inert. */
export interface TimelineEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly source: EventSource;
  /** `smsd`, `host`, `modem:SIM7600`. */
  readonly subject: string;
  /** Stable code: `smsd-down`, `probe`, smsd's kind of line. */
  readonly code: string;
  readonly level: Level;
  readonly phase?: "begun" | "over" | "done";
  readonly sentence: string;
  readonly evidence: readonly string[];
  /** Everyday life, shown only on request: a poll that found nothing, a probe that went well. */
  readonly routine: boolean;
}

/** One line of the agent's own timeline on disk. */
export interface TimelineEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly subject: string;
  readonly code: string;
  readonly level: Level;
  readonly phase: "begun" | "over" | "done";
  readonly sentence: string;
  readonly evidence?: readonly string[];
}
