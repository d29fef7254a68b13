import type { Level } from "../model/finding.ts";
import type { AgentState } from "../state.ts";
import type { ModemState } from "../state-modem.ts";

/** How the gateway stands: processes, flag and bus as they are this moment, the rest as the agent last saw it. */
export interface GatewayStatus {
  readonly at: string;
  readonly verdict: {
    readonly level: Level | "ok";
    /** Of the finding that it stands for; absent where all is well. */
    readonly code?: string;
    /** What is wrong. */
    readonly sentence: string;
    /** ISO 8601, UTC: since when it is so; absent where nothing is wrong, or nobody knows. */
    readonly since?: string;
    /** What is being done about it, and by whom. */
    readonly doing?: string;
  };
  readonly agent: {
    readonly running: boolean;
    /** ActiveState of modemkeeper.service. */
    readonly unit: string;
    readonly pid?: number;
    readonly version?: string;
    /** ISO 8601, UTC: when what follows was seen. */
    readonly looked?: string;
  };
  readonly smsd: {
    readonly running: boolean;
    /** ActiveState of smstools.service. */
    readonly unit: string;
    readonly pids: readonly number[];
    readonly strays: readonly number[];
    readonly since?: string;
  };
  readonly flag?: {
    readonly path: string;
    readonly owner: string;
    readonly written: string;
    readonly inForce: boolean;
    readonly sentence: string;
    /** ISO 8601, UTC: when it ends by itself; absent where it never does. */
    readonly until?: string;
    /** Who says to have stopped smsd; the owner of the flag is mostly root. */
    readonly by?: string;
    readonly reason?: string;
  };
  readonly queues?: AgentState["queues"];
  readonly deliveries?: AgentState["deliveries"];
  /** ISO 8601, UTC: last message that smsd took from any modem, and gave to any. */
  readonly lastReceived?: string;
  readonly lastSent?: string;
  readonly modems: readonly ModemStatus[];
  readonly findings: AgentState["findings"];
  readonly configuration?: AgentState["configuration"];
  readonly disk?: AgentState["disk"];
}

export interface ModemStatus extends ModemState {
  /** USB port path. */
  readonly port?: string;
  /** Terminal by role, of those that are there. */
  readonly ports?: Readonly<Record<string, string>>;
  /** What its model is called. */
  readonly title?: string;
  /** Name of the set of interfaces that it shows. */
  readonly composition?: string;
  /** Why, by field, for everything that is not known: each completes "unknown: ". */
  readonly unknown?: Readonly<Record<string, string>>;
}
