import type { Inventory } from "../../core/model/inventory.ts";
import type { Finding, OngoingFinding } from "../model/finding.ts";
import type { FlagMemory, HostMemory, Memory, ModemMemory, SmsdMemory } from "../model/memory.ts";
import type { Moment, Observation } from "../model/observation.ts";
import type { IssuedStep, Transition } from "../model/step.ts";

/** Everything a decision is made from. */
export interface DecisionInput {
  /** The last good one. */
  readonly inventory: Inventory;
  readonly seen: Observation;
  readonly memory: Memory;
  readonly now: Moment;
}

export interface Decision {
  /** At most one for a subject that nothing runs for; in the order in which they begin. */
  readonly steps: readonly IssuedStep[];
  readonly findings: readonly OngoingFinding[];
  /** What is new since the last pass, for the timeline and for notices. */
  readonly transitions: readonly Transition[];
  readonly memory: Memory;
  /** Monotonic time at which to look again even if nothing happens. */
  readonly wakeAt: number;
  /** Second AT ports to listen on for new messages. */
  readonly listen: readonly Listening[];
  /** By modem that is on the bus. */
  readonly asking: Readonly<Record<string, Asking>>;
}

/** When a modem is asked for identity, SIM, network and memory. */
export interface Asking {
  /** Monotonic time at which it is due; the next look may be a little later. */
  readonly at: number;
  /** Why it cannot be asked now, completing a sentence; absent where nothing hinders. */
  readonly hindrance?: string;
}

/** A second AT port on which a modem announces messages (`+CMTI`). */
export interface Listening {
  readonly modem: string;
  /** Terminal name, e.g. `ttyUSB3`. */
  readonly tty: string;
  /** Commands that send the announcements to this port; an error answer to one is no fault. */
  readonly setup: readonly string[];
}

/** What the modems' rules conclude; those about smsd as a whole come after them. */
export interface ModemsDecision {
  readonly steps: readonly IssuedStep[];
  readonly findings: readonly Finding[];
  readonly transitions: readonly Transition[];
  readonly modems: Readonly<Record<string, ModemMemory>>;
  readonly wakeAt: number;
  readonly listen: readonly Listening[];
  readonly asking: Readonly<Record<string, Asking>>;
  readonly demands: SmsdDemands;
}

/** What modems need of smsd. The service's rules grant it or not: a manual stop, a refused PIN and a full disk come first. */
export interface SmsdDemands {
  /** A recovery needs smsd to be down: the only modem, or a process of smsd that does not let go. */
  readonly hold?: { readonly modem: string; readonly sentence: string };
  /** smsd must be restarted for this modem: its process has ended, or it does not talk after a reconnection. */
  readonly restart?: { readonly modem: string; readonly code: string; readonly sentence: string };
  /** Modems that smsd shall leave alone, with the reason. */
  readonly suspend: Readonly<Record<string, string>>;
  /** Modems whose configured PIN was refused. */
  readonly pinRefused: readonly string[];
}

/** What the rules about smsd, the flag, the disk and the configuration conclude. */
export interface ServiceDecision {
  readonly steps: readonly IssuedStep[];
  readonly findings: readonly Finding[];
  readonly transitions: readonly Transition[];
  readonly smsd: SmsdMemory;
  readonly flag?: FlagMemory;
  readonly configuration: Memory["configuration"];
  readonly host: HostMemory;
  readonly wakeAt: number;
}
