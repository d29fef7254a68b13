import type { SecretRef } from "../secret.ts";
import type { ModemModel, Role, RoleSelector } from "./modem-model.ts";
import type { SmsdSettings } from "./smsd-value.ts";

/** One modem that the machine is meant to have. */
export interface Modem {
  /** Name in smsd, in the links (`/dev/ttyUSB_<name>_<ROLE>`) and in every message: `[A-Za-z0-9][A-Za-z0-9._-]*`; roles have no `_`. */
  readonly name: string;
  readonly model: ModemModel;
  readonly match: {
    /** Stable USB port path (udev ID_PATH before the interface). Present where two alike are listed. */
    readonly port?: string;
    readonly imei?: string;
  };
  readonly pin?: SecretRef;
  /** Firmware revision as the modem prints it; selects the model's quirks. */
  readonly firmware?: string;
  /** The hub port that feeds it, as uhubctl names it; only with it can the rung `usb-power` act. */
  readonly power?: { readonly hub: string; readonly port: number };
  /** Overrides of the model's roles. */
  readonly roles: Readonly<Record<Role, RoleSelector>>;
  /** Model, quirks and the modem's own settings merged, the modem's own winning. */
  readonly smsd: SmsdSettings;
}

/** Absolute folders of smsd's spool. All distinct. */
export interface Spool {
  readonly incoming: string;
  readonly outgoing: string;
  /** smsd's own *outgoing* queue; nothing else may write here. */
  readonly checked: string;
  readonly sent: string;
  readonly failed: string;
  readonly report: string;
  /** Parts of multipart messages; must be on the filesystem of `incoming`. */
  readonly saved: string;
  readonly stats: string;
}

export interface SmsdSection {
  /** The package that brings smsd and the binary it must provide. */
  readonly package: string;
  readonly binary: string;
  readonly user: string;
  readonly group: string;
  readonly logfile: string;
  readonly spool: Spool;
  /** Global settings: ours, then the inventory's, the inventory's winning. */
  readonly settings: SmsdSettings;
}

/** The validated, complete content of `inventory.yaml`: every default filled in. */
export interface Inventory {
  readonly version: 1;
  readonly host: {
    /** Install missing Debian packages during apply. */
    readonly installPackages: boolean;
  };
  readonly modems: readonly Modem[];
  readonly smsd: SmsdSection;
  readonly manualStop: {
    readonly flag: string;
    /** Users beside root whose flag counts. */
    readonly trustedUsers: readonly string[];
    /** Seconds. */
    readonly warnAfter: number;
    readonly clearAfter: number;
    readonly longestExpiry: number;
  };
  readonly watchdog: WatchdogSection;
  readonly incoming: IncomingSection;
  readonly notify: NotifySection;
  readonly http: HttpSection;
  readonly metrics: MetricsSection;
  readonly accessLock: { readonly file: string; readonly heldWarningAfter: number };
  readonly compat: { readonly scripts?: string };
}

export interface HttpSection {
  /** False: neither address nor socket is served. */
  readonly enabled: boolean;
  readonly listen: string;
  readonly token?: SecretRef;
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** AT commands that may be sent through the API, whole; none by default. */
  readonly atCommands: readonly string[];
}

export interface MetricsSection {
  /** File for node_exporter's textfile collector; absent: none is written. */
  readonly textfile?: string;
}

export type Rung = "restart-smsd" | "at-reset" | "usb-reset" | "usb-authorize" | "usb-power" | "host-reboot";

export interface WatchdogSection {
  readonly enabled: boolean;
  /** Seconds between checks. */
  readonly interval: number;
  readonly failuresBeforeRecovery: number;
  readonly rungs: readonly Rung[];
  /** Seconds; the longest pause between two recoveries. */
  readonly longestBackoff: number;
}

export interface IncomingSection {
  readonly processed: string;
  readonly deadLetter: string;
  /** Days; 0 is for ever. */
  readonly keepFor: number;
  /** Messages; 0 is all. */
  readonly keepAtMost: number;
  /** Seconds within which the same message is delivered once. */
  readonly duplicateWindow: number;
  readonly sinks: readonly Sink[];
}

/** `none`: nobody is told. */
export type NoticeLevel = "none" | "info" | "warning" | "critical";

export interface NotifySection {
  readonly sinks: readonly Sink[];
  /** Seconds between heartbeats; 0 is off. */
  readonly heartbeat: number;
  /** Levels of single reason codes, in place of their own. */
  readonly levels: Readonly<Record<string, NoticeLevel>>;
  /** Notices an hour to one sink. */
  readonly mostPerHour: number;
}

/** Where messages or notices go; the agent gives each type its meaning. */
export interface Sink {
  readonly name: string;
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, SecretRef>>;
}
