import type { Inventory } from "../core/model/inventory.ts";
import type { Decision } from "./decide/types.ts";
import type { Level, OngoingFinding } from "./model/finding.ts";
import type { Moment, Observation, QueueObservation } from "./model/observation.ts";
import { type DeliveriesState, deliveriesOf } from "./state-delivery.ts";
import { type ModemState, modemState } from "./state-modem.ts";

/** What the agent sees now, for commands and pages: one JSON file. No phone number, text or whole IMEI stands in it. */
export interface AgentState {
  readonly format: "modemkeeper.state/1";
  /** ISO 8601, UTC: when the agent last looked. */
  readonly at: string;
  readonly pid: number;
  readonly version: string;
  readonly verdict: { readonly level: Level | "ok"; readonly sentence: string };
  readonly smsd: {
    readonly unit: string;
    readonly pids: readonly number[];
    readonly strays: readonly number[];
    /** ISO 8601, UTC. */
    readonly since?: string;
  };
  readonly queues: Readonly<Record<"incoming" | "outgoing" | "checked", QueueState>> & {
    /** Messages that could not be sent: they stay until somebody removes them. */
    readonly failed?: QueueState;
  };
  /** Who gets messages and notices; empty where the agent delivers nothing. */
  readonly deliveries: DeliveriesState;
  readonly modems: readonly ModemState[];
  readonly findings: readonly OngoingFinding[];
  /** How host and inventory stand to each other; absent before the first comparison. */
  readonly configuration?: {
    readonly state: "converged" | "differs" | "invalid" | "unknown";
    readonly details: readonly string[];
  };
  /** Smallest room on the filesystems that smsd writes to. */
  readonly disk?: {
    readonly path: string;
    readonly bytes: number;
    /** Absent where the filesystem does not count them. */
    readonly files?: number;
  };
}

export interface QueueState {
  readonly count: number;
  /** Seconds since the oldest was written. */
  readonly oldest: number;
}

/** Who looks: this process. */
export interface Observer {
  readonly pid: number;
  readonly version: string;
}

export function stateOf(
  inventory: Inventory,
  seen: Observation,
  decision: Decision,
  now: Moment,
  { pid, version }: Observer,
): AgentState {
  const { smsd, spool } = seen;
  const eldest = Math.min(...smsd.processes.map((process) => process.startedAt));
  return {
    format: "modemkeeper.state/1",
    at: new Date(now.wall).toISOString(),
    pid,
    version,
    verdict: verdictOf(decision.findings),
    smsd: {
      unit: smsd.unit,
      pids: smsd.processes.map((process) => process.pid),
      strays: smsd.strays.map((process) => process.pid),
      ...(Number.isFinite(eldest) ? { since: new Date(eldest).toISOString() } : {}),
    },
    queues: {
      incoming: queueState(spool.incoming),
      outgoing: queueState(spool.outgoing),
      checked: queueState(spool.checked),
      ...(spool.failed ? { failed: queueState(spool.failed) } : {}),
    },
    deliveries: deliveriesOf(seen, now),
    modems: inventory.modems.map((modem) => modemState({ modem, seen, decision, now })),
    findings: decision.findings,
    configuration: { state: seen.configuration.state, details: seen.configuration.details },
    ...(Number.isFinite(seen.disk.bytes) ? { disk: diskState(seen.disk) } : {}),
  };
}

/** A filesystem without inodes has room for any number of files, which JSON cannot say. */
function diskState({ path, bytes, files }: Observation["disk"]): NonNullable<AgentState["disk"]> {
  return { path, bytes, ...(Number.isFinite(files) ? { files } : {}) };
}

const ORDER: readonly Level[] = ["critical", "warning", "info"];

/** The worst finding says it; of several alike the one that began first. */
function verdictOf(findings: readonly OngoingFinding[]): AgentState["verdict"] {
  const told = findings.filter((finding) => finding.level !== "info");
  const worst = [...told].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level) || a.since - b.since)[0];
  if (!worst) return { level: "ok", sentence: "smsd runs and every modem works" };
  return { level: worst.level, sentence: worst.sentence };
}

function queueState({ count, oldest }: QueueObservation): QueueState {
  return { count, oldest: Math.round(oldest / 1000) };
}
