import type { Level, Subject } from "./finding.ts";

/** One action of the agent as data. Each kind has exactly one executor (`agent/act/`). */
export type AgentStep =
  /** Starts the unit; done when smsd's process is up. Refused by the guard counts as failed, with the guard's sentence. */
  | { readonly do: "start-smsd" }
  /** TERM, then KILL after `grace` milliseconds; done when no process of the unit is left. */
  | { readonly do: "stop-smsd"; readonly grace: number }
  | { readonly do: "restart-smsd"; readonly grace: number }
  /** Ends smsd processes that no unit owns and starts the unit in their place. */
  | { readonly do: "adopt-smsd"; readonly pids: readonly number[] }
  | { readonly do: "clear-flag"; readonly path: string }
  /** smsd's suspend file shall hold our lines for exactly these modems (`ALL` for all); lines of others stay. */
  | { readonly do: "suspend"; readonly modems: Readonly<Record<string, string>> }
  /** udev looks again at these devices (sysfs names). */
  | { readonly do: "trigger-udev"; readonly devices: readonly string[] }
  /** Writes a link that udev did not make although it was asked. */
  | { readonly do: "write-link"; readonly path: string; readonly tty: string }
  /** Plans and applies `/etc/modemkeeper/inventory.yaml` by provision's engine. */
  | { readonly do: "apply-inventory"; readonly cause: string }
  /** Asks `AT` (and, when `full`, identity, SIM, registration, signal, storage) on a port. */
  | {
      readonly do: "probe";
      readonly modem: string;
      readonly via: ProbeRoute;
      readonly tty: string;
      readonly full: boolean;
    }
  | { readonly do: "at-reset"; readonly modem: string; readonly ttys: readonly string[]; readonly command: string }
  | { readonly do: "usb-reset"; readonly modem: string; readonly device: string }
  | { readonly do: "usb-authorize"; readonly modem: string; readonly device: string }
  | { readonly do: "usb-power"; readonly modem: string; readonly hub: string; readonly port: number }
  | { readonly do: "host-reboot"; readonly modem: string }
  /** Takes a message out of smsd's queue and keeps it in `folder`, with a `.why` beside it. */
  | { readonly do: "set-aside"; readonly file: string; readonly folder: string; readonly why: string };

/** The port on which a probe asks. `second`: the second AT port; `at`: the port that smsd uses, which must be free. */
export type ProbeRoute = "second" | "at";

export type StepKind = AgentStep["do"];
export type StepOf<K extends StepKind> = Extract<AgentStep, { readonly do: K }>;

/** Why something is done or changes: a stable code and one sentence. */
export interface Reason {
  readonly code: string;
  readonly sentence: string;
}

/** A step that shall begin now. At most one runs for a subject at a time. */
export interface IssuedStep {
  readonly subject: Subject;
  readonly step: AgentStep;
  readonly reason: Reason;
}

/** A step that has ended since the last pass. */
export interface Outcome {
  readonly subject: Subject;
  readonly step: AgentStep;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly ok: boolean;
  /** One sentence: what came of it, or why it failed. */
  readonly detail: string;
  /** What a probe found. */
  readonly probe?: ProbeResult;
}

/** What a modem said. Fields are absent where it was not asked or gave no sense. */
export interface ProbeResult {
  readonly answered: boolean;
  readonly imei?: string;
  readonly imsi?: string;
  readonly firmware?: string;
  /** Answer to AT+CPIN?: `READY`, `SIM PIN`, `SIM PUK`, or the error. */
  readonly sim?: string;
  /** +CREG or +CEREG status; 1, 5, 6, 7 are registered. */
  readonly registration?: number;
  /** +CSQ value, 0 to 31; 99 unknown. */
  readonly signal?: number;
  readonly operator?: string;
  /** Message storage of the memory that smsd reads. */
  readonly storage?: { readonly used: number; readonly total: number };
  /** Degrees Celsius, of the hottest sensor. */
  readonly temperature?: number;
  /** By the name of each field that a full probe asked for and did not get: why, completing "unknown: ". */
  readonly gaps?: Readonly<Record<string, string>>;
}

/** One line of the timeline: something began, ended or was done. */
export interface Transition {
  readonly subject: Subject;
  /** Stable code, e.g. `smsd-down`, `recovery-begun`, `flag-cleared`. */
  readonly code: string;
  readonly level: Level;
  readonly sentence: string;
  /** `over` when a finding has ended. */
  readonly phase: "begun" | "over" | "done";
  readonly notify: boolean;
}
