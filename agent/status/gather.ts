import { judgeStopFlag, refusalOf, type StopFlag, stopNote, termsOf, timeText } from "../../core/manual-stop.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Inventory, Modem } from "../../core/model/inventory.ts";
import { type Binding, bindModems } from "../../provision/plan/bind-modems.ts";
import { portsOf } from "../at/ports.ts";
import type { AgentState } from "../state.ts";
import type { ModemState } from "../state-modem.ts";
import type { GatewayStatus, ModemStatus } from "./types.ts";
import { unknownOf } from "./unknown.ts";
import { verdictOf } from "./verdict.ts";

/** What a status is made from. */
export interface StatusFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly inventory: Inventory;
  readonly smsd: GatewayStatus["smsd"];
  /** ActiveState of modemkeeper.service. */
  readonly agentUnit: string;
  readonly flag?: StopFlag;
  /** What is on the bus. */
  readonly attached: readonly AttachedModem[];
  /** What the agent last saw; without an agent what one look by its rules shows; undefined where neither can be had. */
  readonly state?: AgentState;
  readonly agentRuns: boolean;
}

/** How the gateway stands, by these facts alone. */
export function gatherStatus(facts: StatusFacts): GatewayStatus {
  const { now, smsd, state, inventory } = facts;
  const agent = agentStatus(facts);
  const flag = flagStatus(facts);
  const modems = modemStatus(facts);
  const findings = state?.findings ?? [];
  const { watchdog } = inventory;
  const isSeen = state !== undefined;
  return {
    at: timeText(now),
    verdict: verdictOf({ agent, smsd, findings, flag, modems, isSeen, watchdog, now }),
    agent,
    smsd,
    ...(flag ? { flag } : {}),
    ...(state ? { queues: state.queues, deliveries: state.deliveries } : {}),
    ...latest("lastReceived", modems),
    ...latest("lastSent", modems),
    modems,
    findings,
    ...(state?.configuration ? { configuration: state.configuration } : {}),
    ...(state?.disk ? { disk: state.disk } : {}),
  };
}

function agentStatus({ agentRuns, agentUnit, state }: StatusFacts): GatewayStatus["agent"] {
  return {
    running: agentRuns,
    unit: agentUnit,
    ...(agentRuns && state ? { pid: state.pid, version: state.version } : {}),
    ...(state ? { looked: state.at } : {}),
  };
}

function flagStatus({ flag, inventory: { manualStop }, now }: StatusFacts): GatewayStatus["flag"] {
  if (!flag) return undefined;
  const { inForce, sentence } = judgeStopFlag(flag, manualStop, now);
  const counts = refusalOf(flag, manualStop) === undefined;
  return {
    path: manualStop.flag,
    owner: flag.owner,
    written: timeText(flag.modifiedAt),
    inForce,
    sentence,
    ...(counts ? { until: timeText(flag.modifiedAt + termsOf(flag, manualStop).lasts) } : {}),
    ...stopNote(flag),
  };
}

/** ISO times of one zone are in the order of their letters. */
function latest<K extends "lastReceived" | "lastSent">(field: K, modems: readonly ModemState[]) {
  const last = modems
    .flatMap((modem) => modem[field] ?? [])
    .sort()
    .at(-1);
  return last === undefined ? {} : { [field]: last };
}

function modemStatus(facts: StatusFacts): readonly ModemStatus[] {
  const { modems } = facts.inventory;
  const { bound } = bindModems(modems, facts.attached);
  return modems.map((modem) => {
    const binding = bound.find((one) => one.modem.name === modem.name);
    const known = knownOf(facts, modem.name);
    const base = { name: modem.name, model: modem.model.name, ...known, present: binding !== undefined };
    const seen = binding ? { ...base, ...placeOf(binding) } : base;
    return { ...seen, title: modem.model.title, unknown: unknownOf(seen, aroundOf(facts, modem)) };
  });
}

/** Without an agent nobody asks, whatever its rules say of when. */
function knownOf({ state, agentRuns }: StatusFacts, name: string): ModemState | undefined {
  const known = state?.modems.find((modem) => modem.name === name);
  if (!known || agentRuns) return known;
  const { nextAsk: _when, unaskable: _why, nextRecovery: _never, ...rest } = known;
  return rest;
}

function placeOf(binding: Binding): Partial<ModemStatus> {
  const { attached, composition } = binding;
  const ports = portsOf(binding).flatMap(({ role, tty }) => (tty === undefined ? [] : [[role, tty] as const]));
  return {
    device: attached.sysName,
    usb: attached.usb,
    port: attached.port,
    composition: composition.name,
    ports: Object.fromEntries(ports),
  };
}

function aroundOf({ now, agentRuns, smsd, state }: StatusFacts, { model }: Modem) {
  return { model, now, agentRuns, smsdRuns: smsd.running, isSeen: state !== undefined };
}
