import type { StepKind } from "../../../agent/model/step.ts";
import type { Rung } from "../../../core/model/inventory.ts";

/** The machine on which a history plays. Values that the inventory can express, and nothing else. */
export interface Setup {
  readonly modems: readonly SetupModem[];
  /** Seconds. */
  readonly interval: number;
  readonly failures: number;
  readonly rungs: readonly Rung[];
  /** Seconds. */
  readonly longestBackoff: number;
  /** `fresh`: the machine has just booted; `running`: all has been well for a while. */
  readonly begins: "fresh" | "running";
}

export interface SetupModem {
  readonly model: "SIM7600" | "EC25" | "EC200";
  readonly pin: boolean;
}

/** What alone brings a hung modem back; pulling the plug always does. */
export type Cure = Rung | "replug";

/** `silent`: no port answers · `at-silent`: only the AT port · `io`: every access fails · `stuck`: smsd's process waits for ever. */
export type HangWay = "silent" | "at-silent" | "io" | "stuck";

/** The terminal of the AT port, or the whole interface. */
export type LostPort = "terminal" | "interface";

/** What a person, a program or the world does to the machine. `modem` counts from 0. */
export type Fault =
  | { readonly do: "crash-smsd"; readonly way: "killed" | "exited" }
  | { readonly do: "end-handler"; readonly modem: number }
  | { readonly do: "hang"; readonly modem: number; readonly way: HangWay; readonly cure: Cure }
  | { readonly do: "unplug"; readonly modem: number }
  | { readonly do: "plug"; readonly modem: number }
  | {
      readonly do: "lose-at-port";
      readonly modem: number;
      readonly what: LostPort;
      readonly cure: "usb-reset" | "usb-authorize" | "replug";
    }
  | { readonly do: "lose-link"; readonly modem: number; readonly udev: "works" | "deaf" }
  | { readonly do: "flag"; readonly by: FlagAuthor; readonly says: FlagText; readonly andThen: "nothing" | "kill-smsd" }
  | { readonly do: "remove-flag" }
  | { readonly do: "systemctl"; readonly verb: "start" | "stop" | "restart" }
  | { readonly do: "start-stray" }
  | { readonly do: "command"; readonly what: Command; readonly modem: number; readonly lasts: number }
  | { readonly do: "jump"; readonly by: number }
  | { readonly do: "disk"; readonly room: "no-bytes" | "no-files" | "free" }
  | { readonly do: "pin"; readonly modem: number; readonly is: "wrong" | "right" }
  | { readonly do: "sim"; readonly modem: number; readonly is: "out" | "in" }
  | { readonly do: "network"; readonly modem: number; readonly is: "gone" | "back" }
  | { readonly do: "poison"; readonly modem: number; readonly way: "silent" | "io" }
  | { readonly do: "unmovable" }
  | { readonly do: "spoil"; readonly step: StepKind | "any"; readonly times: number; readonly how: Spoiling }
  /** `during` a kind of step: in the middle of the next such step. */
  | {
      readonly do: "kill-agent";
      readonly lasts: number;
      readonly steps: "lost" | "unseen";
      readonly during?: StepKind | "any";
    }
  | { readonly do: "reboot"; readonly lasts: number; readonly clock: "kept" | "lost"; readonly tmp: "kept" | "wiped" }
  | { readonly do: "edit"; readonly how: Edit }
  | { readonly do: "access-lock"; readonly lasts: number }
  | { readonly do: "nuisance"; readonly what: Nuisance; readonly is: "on" | "off" };

export type FlagAuthor = "root" | "trusted" | "foreign" | "link" | "directory" | "future";
/** Seconds until an `expire:` line, or the kind of legacy content. */
export type FlagText = "nothing" | "text" | { readonly expiresIn: number };
export type Command = "hold" | "smsd-stop" | "smsd-start" | "smsd-restart" | "reset" | "apply";
/** How a step goes wrong. `dies-soon` is for starts: smsd is up and gone again. */
export type Spoiling = "fails" | "no-effect" | "slow" | "dies-soon";
export type Edit = "harmless" | "restarts" | "invalid" | "without-last" | "back";
export type Nuisance = "rival" | "holder" | "autosuspend" | "incoming" | "outgoing";

export interface TimedFault {
  /** Milliseconds since the history began. */
  readonly at: number;
  readonly fault: Fault;
}

/** One history: everything that happens to a machine until all is healed, and how it must end. */
export interface History {
  readonly seed: number;
  readonly setup: Setup;
  readonly faults: readonly TimedFault[];
  /** Milliseconds after which all faults are healed. */
  readonly span: number;
  /** Whether a person takes a flag away when all is healed, or the agent must. */
  readonly flagAtEnd: "removed" | "stays";
}
