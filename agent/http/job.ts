/** Something that a person asked for through the API and that takes its time: a command of ours in a process of its own. */
export interface Job {
  /** Random, for the address `/monitor/jobs/ID`. */
  readonly id: string;
  readonly kind: JobKind;
  /** The modem or message it is about. */
  readonly subject?: string;
  readonly state: "running" | "succeeded" | "failed";
  /** Who asked: `socket`, or an address. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly begun: string;
  readonly ended?: string;
  /** What it said, oldest first; at most 100 lines. Texts from modems: to be shown inert. */
  readonly lines: readonly string[];
  /** Exit code of the command; absent while it runs. */
  readonly exitCode?: number;
}

export type JobKind = "modem-reset" | "smsd-stop" | "smsd-start" | "smsd-restart" | "message-retry";
