import type { AgentHost } from "../../core/agent-ports.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { AgentState } from "../state.ts";
import type { Jobs } from "./jobs.ts";
import type { SignalSample } from "./live.ts";
import type { LiveStreams } from "./live-streams.ts";
import type { StatusSource } from "./status-source.ts";
import type { Turns } from "./turns.ts";

/** What answers are made from. */
export interface AnswerMeans {
  readonly host: AgentHost;
  readonly status: StatusSource;
  readonly jobs: Jobs;
  readonly live: LiveStreams;
  readonly turns: Turns;
  inventory(): Inventory;
  state(): AgentState | undefined;
  /** Prometheus' text format. */
  metrics(): string;
  /** By modem, oldest first. */
  signals(): Readonly<Record<string, readonly SignalSample[]>>;
}
