/** Role of an interface; `at` and `modem` answer AT commands, the others swallow what they get. */
export type InterfaceRole = "at" | "modem" | "diag" | "nmea" | "audio" | "net" | "other";

export interface InterfaceSpec {
  readonly number: number;
  readonly role: InterfaceRole;
  /** `class/subclass/protocol` in hex, as sysfs splits it: `ff/00/00`. */
  readonly class: string;
  /** Endpoints in order; `interrupt` is always IN. */
  readonly endpoints: readonly ("in" | "out" | "interrupt")[];
  /** Functional descriptors between interface and endpoints, as hex. */
  readonly extra?: string;
}

export interface UsbSpec {
  /** `vid:pid` in hex. */
  readonly id: string;
  /** bcdDevice, e.g. `0318`. */
  readonly release: string;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serial?: string;
  readonly interfaces: readonly InterfaceSpec[];
}

export interface ModemSpec {
  readonly name: string;
  readonly usb: UsbSpec;
  /** Transcripts (at/transcript.ts), the first one wins. */
  readonly dialogues: readonly string[];
  /** Values for `{name}` in transcripts: model, firmware, … */
  readonly values: Readonly<Record<string, string>>;
  /** Setting `urcPort` → roles that hear unsolicited lines. */
  readonly urcRoutes: Readonly<Record<string, readonly InterfaceRole[]>>;
  /** Lines printed when the modem has booted. */
  readonly bootLines: readonly string[];
  /** Slots per message memory. */
  readonly memories: Readonly<Record<string, number>>;
  /** Memory selected after a boot. */
  readonly memory: string;
}
