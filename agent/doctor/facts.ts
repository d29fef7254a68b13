import type { Holder, UsbDeviceState } from "../../core/agent-ports.ts";
import type { Runtime, TimeService } from "../../core/inspection-ports.ts";
import type { StopFlag } from "../../core/manual-stop.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { ModemModel } from "../../core/model/modem-model.ts";
import type { SmsdProcessEntry, UnitState, UserEntry } from "../../core/ports.ts";
import type { SmsdLogLine } from "../../core/smsd-log.ts";
import type { SmsdConf } from "../../provision/init/smsd-conf.ts";
import type { Comparison } from "../engine/engine.ts";
import type { SuspendLine } from "../observe/suspend.ts";
import type { AgentState } from "../state.ts";
import type { Known } from "./known.ts";

/** All that doctor looked at, in one moment; its checks know nothing else. Texts come from anywhere: to be shown inert. */
export interface DoctorFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly root: boolean;
  /** Of this program. */
  readonly version: string;
  readonly runtime: Known<Runtime>;
  /** Whether systemd is this machine's init. */
  readonly systemd: Known<boolean>;
  /** Models that the program knows, and the inventory's own. */
  readonly models: readonly ModemModel[];
  readonly setup: SetupFacts;
  readonly usb: UsbFacts;
  readonly rivals: RivalFacts;
  readonly smsd: SmsdFacts;
  readonly system: SystemFacts;
  readonly agent: AgentFacts;
}

export type InventoryFact =
  | { readonly state: "none"; readonly file: string }
  /** `problems`: what a person reads, first problems first. */
  | { readonly state: "invalid"; readonly file: string; readonly problems: readonly string[] }
  | { readonly state: "valid"; readonly file: string };

/** What provision made, or has yet to make. */
export interface SetupFacts {
  readonly inventory: Known<InventoryFact>;
  /** The inventory's sections, or what they would be by default; no modems where there is no valid inventory. */
  readonly wanted: Inventory;
  /** Against the installed inventory. */
  readonly comparison: Known<Comparison>;
  /** By name, those of `UNITS`. */
  readonly units: Known<Readonly<Record<string, UnitState>>>;
  /** Secrets that cannot be read, each in one sentence, and what to do. */
  readonly secrets: Known<readonly Problem[]>;
  /** Installed version of smsd's package; undefined if it is not installed. */
  readonly smsdPackage: Known<string | undefined>;
  readonly smsdConf: Known<SmsdConfFact>;
  /** smsd's account; undefined if there is none. */
  readonly smsdUser: Known<UserEntry | undefined>;
  /** The folders of smsd's spool. */
  readonly spool: Known<readonly PathFact[]>;
  /** Ports of the inventory's modems. */
  readonly ttys: Known<readonly PathFact[]>;
  /** Links of the inventory's modems that do not lead where they must: `path is missing; it must lead to ttyUSB2`. */
  readonly wrongLinks: Known<readonly string[]>;
}

export interface Problem {
  readonly sentence: string;
  readonly fix?: string;
}

/** `ours`: `provision` wrote it. */
export type SmsdConfFact = { readonly state: "none" } | { readonly state: "ours" | "foreign"; readonly conf: SmsdConf };

export interface PathFact {
  readonly path: string;
  /** Absent where nothing is. */
  readonly is?: {
    readonly kind: "file" | "directory" | "link" | "other";
    readonly mode: number;
    readonly owner: string;
    readonly group: string;
  };
}

/** One device or hub on the bus, as sysfs shows it without asking the device itself. */
export interface UsbNode {
  /** `1-2.1`; root hubs are `usb1`. */
  readonly sysName: string;
  /** `vid:pid`. */
  readonly usb: string;
  /** Mbit/s. */
  readonly speed?: number;
  /** Highest USB version that the device can do: 2, 3.2. */
  readonly version?: number;
  readonly isHub: boolean;
  /** A hub with a supply of its own says so in its descriptor; so do some that have none. */
  readonly selfPowered?: boolean;
  /** What it may draw, mA, as its descriptor says. */
  readonly mostCurrent?: number;
}

export interface UsbFacts {
  readonly attached: Known<readonly AttachedModem[]>;
  readonly tree: Known<readonly UsbNode[]>;
  /** By sysfs name, of attached modems. */
  readonly states: Known<Readonly<Record<string, UsbDeviceState>>>;
  readonly driver: Known<DriverFacts>;
  /** Lines of the kernel since boot. */
  readonly kernel: Known<readonly string[]>;
}

/** The kernel's `option` driver, which makes terminals of modem ports. */
export interface DriverFacts {
  /** `uname -r`. */
  readonly release: string;
  readonly loaded: boolean;
  /** Undefined where the kernel's list of modules cannot be found. */
  readonly available: boolean | undefined;
  /** Files under /etc/modprobe.d that forbid it. */
  readonly forbiddenBy: readonly string[];
}

export interface RivalFacts {
  /** Names of running programs that are known to open modems. */
  readonly running: Known<readonly string[]>;
  /** By terminal name: who has it open, smsd and the agent left out. */
  readonly holders: Known<Readonly<Record<string, readonly Holder[]>>>;
  /** What udev's database says of each attached modem: whether ModemManager leaves it alone. By sysfs name. */
  readonly ignored: Known<Readonly<Record<string, boolean>>>;
  readonly leftovers: Known<readonly Leftover[]>;
  /** Packages by name, of those that bring rivals. */
  readonly packages: Known<readonly string[]>;
}

/** A place where something of a machine's past starts, stops or disturbs smsd. */
export interface Leftover {
  readonly kind: "cron" | "boot-script" | "unit" | "udev-rule" | "init-script";
  readonly path: string;
  /** From 1; absent where the file itself is meant. */
  readonly line?: number;
  /** What it does: `restarts smsd`. */
  readonly does: string;
  /** The script that it calls, where the deed is done there. */
  readonly by?: string;
}

export interface SmsdFacts {
  readonly processes: Known<readonly SmsdProcessEntry[]>;
  /** Lines of smsd's log since its last start; empty if there is no log. */
  readonly log: Known<readonly SmsdLogLine[]>;
  readonly flag: Known<StopFlag | undefined>;
  readonly suspend: Known<readonly SuspendLine[]>;
  readonly locks: Known<readonly LockFact[]>;
  /** Files `*.LOCK` of smsd in its queues. */
  readonly spoolLocks: Known<readonly SpoolLock[]>;
}

export interface LockFact {
  /** `uucp`: a file `LCK..ttyUSB2` with a process id in it. */
  readonly what: "access" | "actor" | "uucp";
  readonly file: PathFact;
  readonly holder?: Holder;
}

export interface SpoolLock {
  readonly path: string;
  /** Milliseconds. */
  readonly age: number;
}

export interface Room {
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
}

export interface SystemFacts {
  readonly time: Known<TimeService>;
  /** The newest among files whose time can only lie in the past. */
  readonly newestFile: Known<{ readonly path: string; readonly modifiedAt: number } | undefined>;
  readonly rooms: Known<readonly Room[]>;
  /** Mount points of what is mounted read-only among those that must be written to. */
  readonly readOnly: Known<readonly { readonly path: string; readonly mount: string }[]>;
  readonly journal: Known<{ readonly persistent: boolean; readonly bytes: number }>;
}

export interface AgentFacts {
  /** Whether the program is where the unit looks for it. */
  readonly program: Known<boolean>;
  /** What the agent last saw; undefined if none runs. */
  readonly state: Known<AgentState | undefined>;
  /** Undefined where it is not asked: switched off, or no agent runs. */
  readonly http: Known<HttpFact | undefined>;
}

export interface HttpFact {
  readonly url: string;
  /** What it answered; absent if it did not. */
  readonly status?: number;
  readonly error?: string;
}
