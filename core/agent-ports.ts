import type { DeliveryHost } from "./delivery-ports.ts";
import type { HttpServers } from "./http-ports.ts";
import type { Inspection } from "./inspection-ports.ts";
import type { Host } from "./ports.ts";

/*
 * What the resident agent and the `modemkeeper` commands may ask of a machine beyond what provisioning asks.
 * `host/` implements these for a real machine; tests implement them in memory. None of them decides anything.
 */

/** A terminal that is open. */
export interface SerialLine {
  readonly path: string;
  /**
   * Writes bytes; settles when the kernel has taken them.
   * @throws ModemkeeperError io if the device is gone or takes nothing for 5 s
   */
  write(data: Buffer): Promise<void>;
  /** Called with what was read, in order; at most one listener. */
  onData(listener: (data: Buffer) => void): void;
  /** Called once, when the line is closed by us or by the device's going. */
  onClose(listener: (reason: string) => void): void;
  /** Idempotent; never waits longer than 2 s, even for a device that takes no bytes. */
  close(): Promise<void>;
}

export interface SerialPorts {
  /**
   * Opens a terminal raw, 115200 baud, without flow control.
   * @throws ModemkeeperError io if it cannot be opened within 5 s
   */
  open(path: string): Promise<SerialLine>;
}

/** A hint from libusb that something came or went; what is there now must be read anew. */
export interface UsbEvent {
  readonly kind: "attach" | "detach";
  /** `vid:pid`, lower-case hex; empty if it cannot be read any more. */
  readonly usb: string;
  readonly bus: number;
  readonly ports: readonly number[];
}

export interface UsbHotplug {
  /** Listens until the returned function is called. Events may be lost: callers look again slowly, too. */
  watch(listener: (event: UsbEvent) => void): () => void;
}

/** What sysfs tells of one USB device beyond `AttachedModem`. */
export interface UsbDeviceState {
  /** Number the kernel gave at enumeration: a device that left the bus and came back has another. */
  readonly deviceNumber: number;
  /** `power/control`: `on` keeps it awake, `auto` lets the kernel suspend it. */
  readonly powerControl: string;
  readonly authorized: boolean;
  /**
   * Monotonic milliseconds at which the kernel found it, from `power/connected_duration` (Linux,
   * Documentation/ABI/testing/sysfs-bus-usb); undefined on a kernel without power management.
   */
  readonly connectedAt?: number;
}

/** Ways to restart a USB device; each returns when the kernel has carried it out, and throws ModemkeeperError command-failed if it refuses. */
export interface UsbControl {
  /** Undefined when it is not on the bus. `sysName` as in `AttachedModem`. */
  state(sysName: string): Promise<UsbDeviceState | undefined>;
  /** libusb's reset (USBDEVFS_RESET), at most 15 s: a dead device keeps the kernel for 84 s (measured), which is not waited for. */
  reset(sysName: string): Promise<void>;
  /** `authorized` 0, a second, 1. */
  reauthorize(sysName: string): Promise<void>;
  /** Cuts the power of a hub's port for `seconds`: its `disable` attribute where the kernel has one, else uhubctl. `hub` as uhubctl names it: `1-2`, or `1` for the root hub of bus 1. */
  cyclePower(port: { readonly hub: string; readonly port: number }, seconds: number): Promise<void>;
  /** Reboots the machine in an orderly way. */
  rebootMachine(): Promise<void>;
}

/** A process that holds something. */
export interface Holder {
  readonly pid: number;
  /** Name as in /proc/PID/comm. */
  readonly process: string;
  readonly user: string;
  /** Start of the process, milliseconds since 1970. */
  readonly since: number;
}

export interface Processes {
  /** Who has these files open (paths are resolved first), by path as given; ourselves excluded. A vanished device still counts. */
  holdersOf(paths: readonly string[]): Promise<ReadonlyMap<string, readonly Holder[]>>;
  /** Who holds an exclusive flock on the file, ourselves excluded; undefined if nobody does. */
  lockHolder(path: string): Promise<Holder | undefined>;
  /** smsd's process for one modem (it names itself by its modem on its command line); undefined if there is none. */
  smsdModemProcess(modem: string): Promise<number | undefined>;
  /** Names of running programs among those given (comm), e.g. ModemManager. */
  running(names: readonly string[]): Promise<readonly string[]>;
  /** Sends a signal; false if the process is gone. */
  signal(pid: number, signal: "SIGCONT" | "SIGTERM" | "SIGKILL" | "SIGUSR2"): Promise<boolean>;
}

/** systemd's side of the agent's own service; does nothing where no systemd asked for it. */
export interface Supervisor {
  /** Milliseconds between two signs of life that systemd wants; undefined if it wants none. */
  readonly watchdogInterval: number | undefined;
  /** Never fails: systemd notices by itself what does not reach it. Signs of life may come as often as one likes; most are not passed on. */
  notify(state: {
    readonly ready?: true;
    readonly alive?: true;
    readonly stopping?: true;
    readonly status?: string;
  }): Promise<void>;
}

export interface Disk {
  /** Room for an unprivileged user on the filesystem of `path`; undefined if the path does not exist. Filesystems without inodes give Infinity. */
  room(path: string): Promise<{ readonly bytes: number; readonly files: number } | undefined>;
}

/** Files that only grow. */
export interface Logs {
  /** Appends one line in one write, so that several programs may write; makes file (0640) and folder (0750) as needed. */
  append(path: string, line: string): Promise<void>;
  /** What came after `position`; starts over where the file was rotated or truncated. At most `limit` bytes, the newest. */
  readFrom(
    path: string,
    position: LogPosition | undefined,
    limit: number,
  ): Promise<{ readonly text: string; readonly position: LogPosition }>;
}

export interface LogPosition {
  readonly inode: number;
  readonly offset: number;
}

/** Sizes and times of files without their content; undefined for what is not there. Cheap enough for several calls a second. */
export interface Stats {
  of(paths: readonly string[]): Promise<readonly (FileStat | undefined)[]>;
  /** The regular file that is at this very path: nothing if that is a link, even one to a file. */
  regular(path: string): Promise<FileStat | undefined>;
  /** Shows every regular file in a folder, one after the other, with pauses for others; none if there is no such folder. */
  eachIn(path: string, see: (file: NamedStat) => void): Promise<void>;
  /** Renames within a filesystem, copies and removes across; the target folder is made 0700 as needed. */
  move(from: string, to: string): Promise<void>;
}

export interface NamedStat extends FileStat {
  readonly name: string;
}

export interface FileStat {
  readonly inode: number;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Programs that are run for their own sake. */
export interface Programs {
  /**
   * Runs this very program with other arguments, in a process of its own, and returns what it printed. `onLine` gets each
   * line of its standard error. At most two minutes.
   * @throws ModemkeeperError command-failed if it ends with anything but 0; interrupted
   */
  runOwn(args: readonly string[], onLine: (line: string) => void, signal: AbortSignal): Promise<string>;
  /**
   * Runs this very program with other arguments, in a process of its own, and returns its exit code. `onLine` gets each line
   * that it prints. At most ten minutes. Whoever is interrupted by `signal` or by that limit is asked to end, and ends what
   * it has begun first: it is killed a minute later, but not because we end.
   */
  runJob(
    args: readonly string[],
    onLine: (line: string, from: "out" | "err") => void,
    signal: AbortSignal,
  ): Promise<number>;
  /**
   * Runs a program with our own standard streams until it ends, and passes on the signals that we get meanwhile.
   * Returns its exit code, or 128 and the number of the signal that ended it, as shells do.
   * @throws ModemkeeperError precondition-missing if there is no such program
   */
  runInherited(argv: readonly string[]): Promise<number>;
}

/** Time that does not jump. */
export interface MonotonicClock {
  /** Milliseconds since boot, time asleep included. */
  now(): number;
  /** Names this boot; monotonic times of different boots cannot be compared. */
  readonly bootId: string;
}

/** A machine as the agent needs it. */
export interface AgentHost extends Host {
  readonly serial: SerialPorts;
  readonly hotplug: UsbHotplug;
  readonly usbControl: UsbControl;
  readonly proc: Processes;
  readonly supervisor: Supervisor;
  readonly disk: Disk;
  readonly logs: Logs;
  readonly stats: Stats;
  readonly monotonic: MonotonicClock;
  readonly programs: Programs;
  readonly delivery: DeliveryHost;
  readonly inspection: Inspection;
  readonly http: HttpServers;
}
