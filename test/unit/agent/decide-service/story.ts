import { decideService } from "../../../../agent/decide/service.ts";
import { trackFindings } from "../../../../agent/decide/track-findings.ts";
import type { ServiceDecision, SmsdDemands } from "../../../../agent/decide/types.ts";
import { emptyMemory, type Memory } from "../../../../agent/model/memory.ts";
import type { Moment, Observation, SmsdObservation } from "../../../../agent/model/observation.ts";
import type { AgentStep, Outcome, StepKind, Transition } from "../../../../agent/model/step.ts";
import type { StopFlag } from "../../../../core/manual-stop.ts";
import type { Inventory } from "../../../../core/model/inventory.ts";
import { sampleInventory } from "../../../helpers/sample-inventory.ts";

/** Wall time at which the stories begin, and the monotonic time then. */
export const WALL = Date.parse("2030-01-17T19:44:00Z");
export const UPTIME = 10_000_000;
export const NO_DEMANDS: SmsdDemands = { suspend: {}, pinRefused: [] };
const PLENTY = { path: "/var/spool/sms", bytes: 8 * 1024 ** 3, files: 500_000 };
const QUIET = { count: 0, oldest: 0 };
const MESSAGES_MOVE = { incoming: QUIET, outgoing: QUIET, checked: QUIET };

/** `seconds` after the beginning; `jump`: seconds by which the wall clock was set meanwhile. */
export function at(seconds: number, jump = 0): Moment {
  return { wall: WALL + (seconds + jump) * 1000, monotonic: UPTIME + seconds * 1000, bootId: "boot-1" };
}

/** smsd in its unit, started so many seconds after the beginning. */
export function running(startedAt = -3600, change: Partial<SmsdObservation> = {}): SmsdObservation {
  return smsd({
    unit: "active",
    processes: [{ pid: 1000 + startedAt, startedAt: WALL + startedAt * 1000 }],
    ...change,
  });
}

export function down(unit = "failed", change: Partial<SmsdObservation> = {}): SmsdObservation {
  return smsd({ unit, ...change });
}

function smsd(change: Partial<SmsdObservation>): SmsdObservation {
  const log = { started: true, modems: {}, fatal: [] };
  return {
    unit: "inactive",
    processes: [],
    strays: [],
    log,
    suspended: {},
    suspendedByOthers: [],
    inFlight: {},
    ...change,
  };
}

export function seen(change: Partial<Observation> = {}): Observation {
  return {
    attached: [],
    usbStates: {},
    links: {},
    smsd: running(),
    spool: MESSAGES_MOVE,
    disk: PLENTY,
    holders: {},
    rivals: [],
    configuration: { state: "converged", digest: "d1", details: [], restartsSmsd: false, pins: {} },
    running: [],
    outcomes: [],
    ...change,
  };
}

/** A flag written so many seconds after the beginning. */
export function flag(seconds: number, change: Partial<StopFlag> = {}): StopFlag {
  return { kind: "file", owner: "root", modifiedAt: WALL + seconds * 1000, content: "", ...change };
}

/** A step of `smsd` (or the subject given) that ended at `seconds`. */
export function ended(step: AgentStep, seconds: number, change: Partial<Outcome> = {}): Outcome {
  const finishedAt = UPTIME + seconds * 1000;
  return { subject: "smsd", step, startedAt: finishedAt - 500, finishedAt, ok: true, detail: "it is done", ...change };
}

export interface Look extends ServiceDecision {
  readonly told: readonly Transition[];
  readonly memory: Memory;
}

/** Passes one after the other, each with what the one before remembered, through JSON as the disk does it. */
export function story(inventory: Inventory = sampleInventory(), begin: Memory = emptyMemory("boot-1")) {
  let memory = begin;
  return {
    look(what: Observation, now: Moment, demands: SmsdDemands = NO_DEMANDS): Look {
      const decided = decideService({ inventory, seen: what, memory, now }, demands);
      const tracked = trackFindings(memory.findings, decided.findings, now);
      const next: Memory = {
        format: "modemkeeper.memory/1",
        bootId: now.bootId,
        findings: tracked.findings,
        ...(decided.flag ? { flag: decided.flag } : {}),
        smsd: decided.smsd,
        modems: memory.modems,
        configuration: decided.configuration,
        host: decided.host,
      };
      memory = JSON.parse(JSON.stringify(next)) as Memory;
      return { ...decided, told: [...tracked.transitions, ...decided.transitions], memory };
    },
    /** What the modems' rules remember, which no rule of the service writes. */
    modems(modems: Memory["modems"]): void {
      memory = { ...memory, modems };
    },
  };
}

export function steps({ steps: issued }: Pick<ServiceDecision, "steps">): readonly StepKind[] {
  return issued.map(({ step }) => step.do);
}

export function codes({ findings }: Pick<ServiceDecision, "findings">): readonly string[] {
  return findings.map(({ code }) => code);
}
