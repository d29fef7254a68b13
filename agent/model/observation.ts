import type { Holder, UsbDeviceState } from "../../core/agent-ports.ts";
import type { StopFlag } from "../../core/manual-stop.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { IncomingState, NoticesState } from "./delivery.ts";
import type { Subject } from "./finding.ts";
import type { OutgoingObservation } from "./outgoing.ts";
import type { Outcome } from "./step.ts";

/** One moment on both clocks. Wall time may jump (a board without a clock battery); monotonic time does not, but starts anew at boot. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly wall: number;
  /** Milliseconds since boot. */
  readonly monotonic: number;
  readonly bootId: string;
}

/** An immutable snapshot of the host at one moment. What could not be read is absent, never invented. */
export interface Observation {
  readonly attached: readonly AttachedModem[];
  /** By sysfs name of an attached modem. */
  readonly usbStates: Readonly<Record<string, UsbDeviceState>>;
  /** Target of each link of ours that exists, by path: `ttyUSB2`. */
  readonly links: Readonly<Record<string, string>>;
  readonly smsd: SmsdObservation;
  readonly flag?: StopFlag;
  readonly spool: SpoolObservation;
  /** Absent where nobody delivers: a command that looks once. */
  readonly incoming?: IncomingState;
  readonly notices?: NoticesState;
  readonly outgoing?: OutgoingObservation;
  readonly http?: HttpObservation;
  /** Why the metrics' text file cannot be written, one sentence; absent where it can, or none is wanted. */
  readonly textfileTrouble?: string;
  /** Smallest room on the filesystems that smsd writes to. */
  readonly disk: { readonly path: string; readonly bytes: number; readonly files: number };
  /** Who has which terminal open, by terminal name (`ttyUSB2`): smsd's own processes and ourselves excluded. */
  readonly holders: Readonly<Record<string, readonly Holder[]>>;
  /** Who holds the access lock; ourselves excluded. */
  readonly lockHolder?: Holder;
  /** A person's command (`modemkeeper smsd restart`, `provision apply`) that works on the host now: nothing is begun meanwhile. */
  readonly operator?: Holder;
  /** Programs that take modems away: ModemManager and the like. */
  readonly rivals: readonly string[];
  readonly configuration: ConfigurationObservation;
  /** Steps that run now. */
  readonly running: readonly { readonly subject: Subject; readonly since: number }[];
  /** Steps that ended since the last pass. */
  readonly outcomes: readonly Outcome[];
}

/** The agent's own API. */
export interface HttpObservation {
  /** What keeps it from being served as the inventory says, one sentence each. */
  readonly problems: readonly string[];
}

export interface SmsdObservation {
  /** ActiveState of smstools.service. */
  readonly unit: string;
  /** Processes of the unit. */
  readonly processes: readonly SmsdProcess[];
  /** smsd processes that no unit owns. */
  readonly strays: readonly SmsdProcess[];
  readonly log: LogDigest;
  /** Modems (or `ALL`) in smsd's suspend file whose line is ours, with the reason. */
  readonly suspended: Readonly<Record<string, string>>;
  /** Modems in the suspend file whose line is the guard's or a person's. */
  readonly suspendedByOthers: readonly string[];
  /** A message that a modem is sending now: `checked/<file>` by modem. */
  readonly inFlight: Readonly<Record<string, string>>;
}

export interface SmsdProcess {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** What it is for, where it says so. */
  readonly role?: "main" | "notifier" | "modem";
}

/** What smsd's log says since smsd last started, kept up line by line (`observe/log-digest.ts`). Times are monotonic milliseconds at which the line was read. */
export interface LogDigest {
  /** True once a start line was seen. */
  readonly started: boolean;
  readonly modems: Readonly<Record<string, ModemLog>>;
  /** When smsd last took a message from a modem, or gave one to it, by modem; kept when smsd starts anew. */
  readonly traffic?: Readonly<Record<string, Traffic>>;
  /** Newest lines of severity 2 of the main process, at most 5. */
  readonly fatal: readonly string[];
  /** A message that smsd could not move although it was sent (`Fatal error: Cannot move F to D`): sent again at every start. */
  readonly unmovable?: string;
}

/** Milliseconds since 1970. */
export interface Traffic {
  readonly receivedAt?: number;
  readonly sentAt?: number;
}

export interface ModemLog {
  /** Last line that only a modem that answers brings about: `No SMS received`, `Used memory is`, `SMS sent`. */
  readonly readyAt?: number;
  /** Times of I/O errors (`write_to_modem: error 5`, `Could not send string`) in the last minute. */
  readonly ioErrors: readonly number[];
  /** Times at which smsd began to poll (`Checking device for incoming SMS`) in the last minute, and the last one before. */
  readonly polls?: readonly number[];
  /** Last line of trouble, and when; cleared by a line of progress. */
  readonly trouble?: { readonly at: number; readonly since: number; readonly text: string; readonly kind: TroubleKind };
  /** The modem's process has ended or will do nothing more until smsd starts again. */
  readonly dead?: { readonly at: number; readonly text: string };
  /** The PIN was refused, or the SIM wants its PUK. */
  readonly pinRefused?: { readonly at: number; readonly text: string };
  /** smsd blocks this modem after failed sending. */
  readonly blocked?: { readonly at: number; readonly seconds: number };
  /** smsd has let go of the modem because the suspend file says so, and has not taken it back. */
  readonly suspendedAt?: number;
}

export type TroubleKind = "io-error" | "not-opening" | "not-answering" | "not-registered" | "sim" | "sending" | "other";

export interface SpoolObservation {
  readonly incoming: QueueObservation;
  readonly outgoing: QueueObservation;
  readonly checked: QueueObservation;
  /** Messages that could not be sent and that smsd keeps: no queue, nothing takes them out of there. */
  readonly failed?: QueueObservation;
}

export interface QueueObservation {
  readonly count: number;
  /** Milliseconds since the oldest message was written; 0 for an empty queue. */
  readonly oldest: number;
}

/** How the inventory and the host stand to each other. */
export interface ConfigurationObservation {
  /** `invalid`: the inventory on disk is refused, and the last good one stays in force. */
  readonly state: "converged" | "differs" | "invalid" | "unknown";
  /** Digest of the inventory on disk; a new one means that somebody edited it. */
  readonly digest: string;
  /** Ids of resources that differ, or the first problems of an invalid inventory. */
  readonly details: readonly string[];
  /** Whether smsd would be restarted by applying. */
  readonly restartsSmsd: boolean;
  /** Digest of each modem's PIN as configured, by modem; absent where none is. A refused PIN is refused until this changes. */
  readonly pins: Readonly<Record<string, string>>;
}
