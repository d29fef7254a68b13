import type { Inventory, Modem } from "../core/model/inventory.ts";
import type { Decision } from "./decide/types.ts";
import type { Level, OngoingFinding } from "./model/finding.ts";
import type { ModemMemory, RecoveryPhase } from "./model/memory.ts";
import type { Moment, Observation, QueueObservation } from "./model/observation.ts";
import { type DeliveriesState, deliveriesOf } from "./state-delivery.ts";

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
  readonly queues: Readonly<Record<"incoming" | "outgoing" | "checked", QueueState>>;
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
  readonly disk?: { readonly path: string; readonly bytes: number; readonly files: number };
}

export interface QueueState {
  readonly count: number;
  /** Seconds since the oldest was written. */
  readonly oldest: number;
}

export interface ModemState {
  readonly name: string;
  readonly model: string;
  readonly present: boolean;
  /** sysfs name of the device. */
  readonly device?: string;
  /** Seconds since smsd last showed that the modem answers it. */
  readonly talked?: number;
  readonly suspended?: string;
  readonly recovery?: RecoveryState;
  readonly sim?: string;
  readonly registration?: number;
  /** +CSQ, 0 to 31. */
  readonly signal?: number;
  readonly operator?: string;
  readonly firmware?: string;
  readonly storage?: { readonly used: number; readonly total: number };
  /** USB ids now, `1e0e:9001`: they name the composition. */
  readonly usb?: string;
  /** ISO 8601, UTC: since when it is on the bus, or was last restarted. */
  readonly since?: string;
  /** First and last digits only: `8612…0123`. */
  readonly imei?: string;
  readonly imsi?: string;
  /** Degrees Celsius, where the model has a thermometer. */
  readonly temperature?: number;
  /** ISO 8601, UTC: last message that smsd took from it, and gave to it. */
  readonly lastReceived?: string;
  readonly lastSent?: string;
  /** Checks that failed in a row. */
  readonly failedChecks?: number;
  readonly lastRecovery?: LastRecovery;
}

/** A climb of the ladder that is under way. */
export interface RecoveryState {
  readonly phase: RecoveryPhase;
  readonly rung: string;
  readonly cause: string;
  /** All rungs of this climb, in the order in which they are tried. */
  readonly ladder?: readonly string[];
  /** ISO 8601, UTC: when the climb began, and its phase. */
  readonly begun?: string;
  readonly phaseBegun?: string;
}

/** How the last climb of the ladder ended. */
export interface LastRecovery {
  /** ISO 8601, UTC: its end. */
  readonly at: string;
  readonly ok: boolean;
  /** The rung that did it, or the last one tried. */
  readonly rung: string;
  readonly cause: string;
  /** Seconds from the decision to recover to its end. */
  readonly took: number;
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
    },
    deliveries: deliveriesOf(seen, now),
    modems: inventory.modems.map((modem) => modemState(modem, seen, decision.memory.modems[modem.name], now)),
    findings: decision.findings,
  };
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

function modemState(modem: Modem, seen: Observation, memory: ModemMemory | undefined, now: Moment): ModemState {
  const readyAt = seen.smsd.log.modems[modem.name]?.readyAt;
  const suspended = seen.smsd.suspended[modem.name] ?? seen.smsd.suspended.ALL;
  return {
    name: modem.name,
    model: modem.model.name,
    present: memory?.attached !== undefined,
    ...(memory?.attached ? { device: memory.attached.sysName } : {}),
    ...(readyAt === undefined ? {} : { talked: Math.max(0, Math.round((now.monotonic - readyAt) / 1000)) }),
    ...(suspended === undefined ? {} : { suspended }),
    ...recoveryState(memory, now),
    ...radioState(memory),
  };
}

function recoveryState(memory: ModemMemory | undefined, now: Moment): Pick<ModemState, "recovery"> {
  const recovery = memory?.recovery;
  if (!recovery) return {};
  const { phase, ladder, since, phaseSince, cause } = recovery;
  const at = (monotonic: number) => new Date(now.wall - (now.monotonic - monotonic)).toISOString();
  const rung = ladder[recovery.rung] ?? "none";
  return {
    recovery: { phase, rung, cause: cause.sentence, ladder, begun: at(since), phaseBegun: at(phaseSince) },
  };
}

function radioState(memory: ModemMemory | undefined): Partial<ModemState> {
  if (!memory) return {};
  const { sim, registration, signal, operator, firmware, storage } = memory;
  return {
    ...(sim === undefined ? {} : { sim }),
    ...(registration === undefined ? {} : { registration: registration.status }),
    ...(signal === undefined ? {} : { signal }),
    ...(operator === undefined ? {} : { operator }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(storage === undefined ? {} : { storage }),
  };
}
