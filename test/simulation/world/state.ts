import type { Subject } from "../../../agent/model/finding.ts";
import type { ConfigurationObservation, ModemLog } from "../../../agent/model/observation.ts";
import type { IssuedStep, Outcome, StepKind } from "../../../agent/model/step.ts";
import type { Holder } from "../../../core/agent-ports.ts";
import type { StopFlag } from "../../../core/manual-stop.ts";
import type { AttachedModem } from "../../../core/model/attached-modem.ts";
import type { Inventory, Modem } from "../../../core/model/inventory.ts";
import type { Composition } from "../../../core/model/modem-model.ts";
import type { Cure, HangWay, LostPort, Nuisance, Setup, Spoiling } from "../history/types.ts";
import type { Draws } from "../random.ts";
import type { Agenda } from "./agenda.ts";

/*
 * A machine in memory. All times are milliseconds of simulated time (`now`), which neither jumps nor stops;
 * the clocks that the agent sees are derived from it in `clocks.ts`.
 */
export interface World {
  readonly draws: Draws;
  readonly setup: Setup;
  readonly agenda: Agenda;
  /** Says what happens, for the printed history; does nothing while nobody reads. */
  say(line: string): void;
  now: number;
  bootedAt: number;
  boots: number;
  /** What the wall clock is ahead of simulated time. */
  wallOffset: number;
  /** The inventory in force. */
  inventory: Inventory;
  readonly modems: ModemState[];
  readonly smsd: SmsdState;
  flag: FlagState | undefined;
  disk: { bytes: number; files: number };
  configuration: Mutable<ConfigurationObservation>;
  edits: number;
  /** Digest of each modem's PIN in smsd.conf: as the inventory had it when it was last applied. */
  pinsInForce: Readonly<Record<string, string>>;
  /** A message that smsd sent and cannot move: it ends at every start. */
  unmovable: string | undefined;
  operator: Holder | undefined;
  /** Commands of people who wait until the agent's steps have ended. */
  readonly waitingCommands: (() => void)[];
  lockHolder: Holder | undefined;
  readonly nuisances: Set<Nuisance>;
  readonly spoils: Spoil[];
  /** Time at which a step last went wrong on purpose. */
  spoiledAt: number;
  readonly flights: Map<Subject, Flight>;
  outcomes: Outcome[];
  /** The agent runs. */
  agent: { alive: boolean; startedAt: number };
  /** Kills the agent in the middle of its next such step. */
  doom: { readonly during: StepKind | "any"; readonly kill: () => void } | undefined;
  machineUp: boolean;
  /** Time at which a hint calls the agent; Infinity if none does. */
  hintAt: number;
  /** Time at which something last went wrong. */
  lastFaultAt: number;
  /** Last number given to a process, a device, a terminal. */
  pids: number;
  devices: number;
  terminals: number;
}

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Spoil {
  readonly step: StepKind | "any";
  times: number;
  readonly how: Spoiling;
}

/** A step under way. */
export interface Flight {
  readonly issued: IssuedStep;
  readonly startedAt: number;
  /** `unseen`: the agent died; the step ends, and nobody is told. `lost`: it ended with the agent. */
  fate: "told" | "unseen" | "lost";
}

export interface FlagState {
  readonly flag: StopFlag;
  readonly writtenAt: number;
  /** No jump of the clock since it was written: its age is what it looks. */
  clockSteady: boolean;
}

export interface ModemState {
  readonly index: number;
  readonly entry: Modem;
  readonly composition: Composition;
  readonly port: string;
  plugged: boolean;
  /** Its port has power. */
  powered: boolean;
  /** Present while it is on the bus. */
  device: Device | undefined;
  /** Grows whenever it leaves the bus: what was planned for it before is void. */
  epoch: number;
  hang: { readonly way: HangWay; readonly cure: Cure; readonly since: number } | undefined;
  /** The AT port is not there until this cure. */
  atPortLost: { readonly what: LostPort; readonly cure: Cure } | undefined;
  /** Whether udev makes links when asked. */
  udev: "works" | "deaf";
  readonly links: Map<string, string>;
  sim: "in" | "out";
  /** The SIM waits for its PIN. */
  locked: boolean;
  /** Digest of the PIN that the SIM accepts. */
  wantedPin: string | undefined;
  /** PINs given in vain, since the SIM was last unlocked. */
  pinTries: number;
  registered: boolean;
  /** A message that kills the modem while it is sent. */
  poison: { readonly file: string; readonly way: "silent" | "io"; readonly cure: Cure } | undefined;
  /** End of the last reset that reached the modem. */
  lastResetAt: number;
}

export interface Device {
  readonly sysName: string;
  readonly number: number;
  readonly appearedAt: number;
  /** From here on it answers AT. */
  readonly answersAt: number;
  /** First of its terminals; undefined while it has none. */
  firstTerminal: number | undefined;
  authorized: boolean;
  /** As the bus shows it; made anew when something changed. */
  shown: AttachedModem | undefined;
}

export interface SmsdState {
  unit: "active" | "inactive" | "failed";
  run: SmsdRun | undefined;
  /** Since when smsd is down; undefined while it runs. */
  downSince: number | undefined;
  /** Start of its newest life. */
  startedAt: number;
  handlers: Map<string, Handler>;
  /** Whether the log has a start line. */
  started: boolean;
  fatal: string[];
  suspended: Record<string, string>;
  suspendedByOthers: string[];
  inFlight: Record<string, string>;
  /** Digest of the PIN with which each modem was refused, as the guard remembers it. */
  readonly refused: Map<string, string>;
}

export interface SmsdRun {
  readonly pid: number;
  readonly startedAt: number;
  readonly stray: boolean;
  /** Start of the life before it. */
  readonly previousAt: number;
  /** A message could not be moved: it ends soon. */
  readonly doomed: boolean;
}

export type Condition =
  | "starting"
  | "suspended"
  | "closed"
  | "silent"
  | "io"
  | "frozen"
  | "sim"
  | "talking"
  | "ended"
  | "stopped";

/** smsd's process for one modem. What its log says follows from its condition and how long that has lasted. */
export interface Handler {
  condition: Condition;
  since: number;
  /** What the log said before this condition began; times are simulated time. */
  said: ModemLog;
}

/** A look is called for within `delay` milliseconds. */
export function hint(world: World, delay: number): void {
  world.hintAt = Math.min(world.hintAt, world.now + delay);
}

/** The pulse looks at cheap things every half second. */
export function hintByPulse(world: World): void {
  hint(world, 500 - (world.now % 500));
}

export function plan(world: World, delay: number, happen: () => void): void {
  world.agenda.plan(world.now + delay, happen);
}
