import type { AgentHost, Holder, Supervisor, UsbDeviceState, UsbEvent } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Host, ProgramFiles } from "../../core/ports.ts";
import { programFiles } from "../../host/program-files.ts";
import { MemoryDelivery } from "./memory/memory-delivery.ts";
import { MemoryGrowingFiles } from "./memory/memory-growing-files.ts";
import { MemoryHttp } from "./memory/memory-http.ts";
import { MemoryInspection } from "./memory/memory-inspection.ts";
import { MemoryTerminal } from "./memory/memory-terminal.ts";
import { MemoryTime } from "./memory/memory-time.ts";
import { type Fate, MemoryMachine } from "./memory-host.ts";

type Sign = Parameters<Supervisor["notify"]>[0];
type Signal = Parameters<AgentHost["proc"]["signal"]>[1];
type UsbOperation = "reset" | "reauthorize" | "cyclePower" | "rebootMachine";

const PLENTY = { bytes: 10_000_000_000, files: 1_000_000 };

/** A machine in memory as the agent sees it: everything of `MemoryMachine`, and what a resident agent asks beyond. */
export class MemoryAgentMachine extends MemoryMachine {
  /** Both clocks; `time.advance(1000)` lets time pass, and sleeping by `host.clock` makes it jump. */
  readonly time = new MemoryTime((step) => {
    this.now = new Date(this.now.getTime() + step);
  });
  bootId = "11111111-2222-3333-4444-555555555555";
  /** By path; made on first use by `terminal(path)`. What is not here cannot be opened. */
  readonly terminals = new Map<string, MemoryTerminal>();
  /** By sysfs name; absent for what is not on the bus. */
  readonly usbStates = new Map<string, UsbDeviceState>();
  /** What a reset, a power cycle or a reboot does beside its line in the journal; throws to refuse. `target`: sysfs name, or `hub port`. */
  onUsbControl: (operation: UsbOperation, target: string) => void | Promise<void> = () => {};
  /** Who has which path open, by path as asked. */
  readonly holders = new Map<string, readonly Holder[]>();
  /** smsd's process by modem. */
  readonly modemProcesses = new Map<string, number>();
  /** What this very program prints when it is run with other arguments. */
  onOwnProgram: (args: readonly string[]) => string | Promise<string> = (args) => {
    throw new Error(`the test did not say what \`${args.join(" ")}\` prints`);
  };
  /** What a job of this very program does; its line is in the journal. */
  onJob: (
    args: readonly string[],
    onLine: (line: string, from: "out" | "err") => void,
    signal: AbortSignal,
  ) => number | Promise<number> = () => 0;
  /** Names of other running programs. */
  readonly programs = new Set<string>();
  /** Signals sent, oldest first. */
  readonly signals: { readonly pid: number; readonly signal: Signal }[] = [];
  /** Processes that are gone: a signal to them finds nobody. */
  readonly gone = new Set<number>();
  onSignal: (pid: number, signal: Signal) => void = () => {};
  /** What systemd was told, oldest first. */
  readonly signs: Sign[] = [];
  watchdogInterval: number | undefined;
  /** What a program that a person runs does, and its exit code; its line is in the journal. */
  onProgram: (argv: readonly string[]) => number | Promise<number> = () => 0;
  /** Room by mount point; plenty where none is named. */
  readonly rooms = new Map<string, { bytes: number; files: number }>();
  readonly delivery = new MemoryDelivery(this.files);
  readonly inspection = new MemoryInspection();
  readonly http = new MemoryHttp();
  readonly #growing = new MemoryGrowingFiles(this.files, () => this.now.getTime());
  readonly #hotplug = new Set<(event: UsbEvent) => void>();
  #nextDeviceNumber = 2;

  /** A new process of the agent on this machine, with what is to happen to it. */
  agentHost(fate: Fate = {}): AgentHost {
    const host = this.live(fate, (owner): AgentHost => ({ ...this.bareHost(owner), ...this.#agentPorts(owner) }));
    return stirring(host, this.time);
  }

  terminal(path: string): MemoryTerminal {
    const known = this.terminals.get(path);
    if (known) return known;
    const made = new MemoryTerminal(path, this.time);
    this.terminals.set(path, made);
    return made;
  }

  /** Puts a modem on the bus with its terminals and tells the listeners; a new one each time, as the kernel numbers it. */
  plug(modem: AttachedModem): void {
    this.usb = [...this.usb.filter((entry) => entry.sysName !== modem.sysName), modem];
    this.#nextDeviceNumber += 1;
    const deviceNumber = this.#nextDeviceNumber;
    this.usbStates.set(modem.sysName, { deviceNumber, powerControl: "on", authorized: true });
    for (const { tty } of modem.interfaces) if (tty) this.terminal(`/dev/${tty}`);
    this.#tell("attach", modem);
  }

  /** Takes it off the bus: its terminals hang up. */
  unplug(sysName: string): void {
    const modem = this.usb.find((entry) => entry.sysName === sysName);
    if (!modem) throw new Error(`no modem at ${sysName}`);
    this.usb = this.usb.filter((entry) => entry !== modem);
    this.usbStates.delete(sysName);
    for (const { tty } of modem.interfaces) {
      this.terminals.get(`/dev/${tty}`)?.hangUp();
      this.terminals.delete(`/dev/${tty}`);
    }
    this.#tell("detach", modem);
  }

  /** Adds to a file as another program does, e.g. smsd to its log. */
  append(path: string, text: string): void {
    this.#growing.append(path, text);
  }

  /** Another process takes a lock; call what is returned to let go. */
  lockedBy(path: string, holder: Holder): () => Promise<void> {
    const lock = this.locks.tryLock(path, holder, holder);
    if (!lock) throw new Error(`${path} is locked already`);
    return () => lock.release();
  }

  protected override sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.time.sleep(milliseconds, signal);
  }

  #agentPorts(owner: symbol): Omit<AgentHost, keyof Host> {
    return {
      monotonic: { now: () => this.time.monotonic, bootId: this.bootId },
      serial: { open: async (path) => this.#open(path) },
      hotplug: { watch: (listener) => this.#watch(owner, listener) },
      usbControl: this.#usbControl(),
      proc: this.#proc(),
      supervisor: {
        watchdogInterval: this.watchdogInterval,
        notify: async (sign) => void this.signs.push(sign),
      },
      disk: { room: async (path) => this.#room(path) },
      logs: this.#growing.logs,
      stats: this.#growing.stats,
      programs: {
        runOwn: async (args) => this.onOwnProgram(args),
        runJob: async (args, onLine, signal) => {
          this.journal.push(`job ${args.join(" ")}`);
          return await this.onJob(args, onLine, signal);
        },
        runInherited: async (argv) => {
          this.journal.push(`run ${argv.join(" ")}`);
          return await this.onProgram(argv);
        },
      },
      delivery: this.delivery.host(),
      inspection: this.inspection,
      http: this.http.host(),
    };
  }

  #open(path: string) {
    const entry = this.files.entries.get(path);
    const real = entry?.kind === "link" ? new URL(entry.target, `file://${path}`).pathname : path;
    const terminal = this.terminals.get(real);
    if (!terminal) throw new ModemkeeperError("io", `cannot open ${path}: there is no such terminal`);
    return terminal.connect();
  }

  #watch(owner: symbol, listener: (event: UsbEvent) => void): () => void {
    const mine = (event: UsbEvent) => {
      if (!this.isDead(owner)) listener(event);
    };
    this.#hotplug.add(mine);
    return () => void this.#hotplug.delete(mine);
  }

  #usbControl(): AgentHost["usbControl"] {
    return {
      state: async (sysName) => this.usbStates.get(sysName),
      reset: async (sysName) => this.onUsbControl("reset", sysName),
      reauthorize: async (sysName) => {
        await this.time.sleep(1000);
        await this.onUsbControl("reauthorize", sysName);
      },
      cyclePower: async ({ hub, port }, seconds) => {
        await this.time.sleep(seconds * 1000);
        await this.onUsbControl("cyclePower", `${hub} ${port}`);
      },
      rebootMachine: async () => this.onUsbControl("rebootMachine", ""),
    };
  }

  #proc(): AgentHost["proc"] {
    return {
      holdersOf: async (paths) => new Map(paths.map((path) => [path, this.holders.get(path) ?? []])),
      lockHolder: async (path) => this.locks.holder(path),
      smsdModemProcess: async (modem) => this.modemProcesses.get(modem),
      running: async (names) => names.filter((name) => this.programs.has(name)),
      signal: async (pid, signal) => {
        if (this.gone.has(pid)) return false;
        this.signals.push({ pid, signal });
        this.onSignal(pid, signal);
        return true;
      },
    };
  }

  #room(path: string) {
    const mounts = [...this.rooms.keys()].filter((mount) => mount === "/" || `${path}/`.startsWith(`${mount}/`));
    const [nearest] = mounts.sort((a, b) => b.length - a.length);
    return nearest === undefined ? PLENTY : this.rooms.get(nearest);
  }

  #tell(kind: UsbEvent["kind"], { usb, sysName }: AttachedModem): void {
    const [bus = "0", ports = ""] = sysName.split("-");
    const event: UsbEvent = { kind, usb, bus: Number(bus), ports: ports.split(".").map(Number) };
    for (const listener of this.#hotplug) listener(event);
  }
}

/** An empty machine with systemd, udev and apt, and the program's real templates and catalogue. */
export async function memoryAgentMachine(): Promise<MemoryAgentMachine> {
  const program: ProgramFiles = await programFiles();
  return new MemoryAgentMachine(program);
}

type Callable = (...args: readonly unknown[]) => unknown;

/** Each call tells the time that something happens; reading the program's own files is real work. */
function stirring(host: AgentHost, time: MemoryTime): AgentHost {
  const ports = Object.entries(host).map(([name, port]: [string, unknown]) => {
    if (typeof port !== "object" || port === null) return [name, port];
    return [name, new Proxy(port, { get: (target, key) => stirringMember(name, target, key, time) })];
  });
  return Object.fromEntries(ports);
}

function stirringMember(name: string, target: object, key: string | symbol, time: MemoryTime): unknown {
  const member: unknown = Reflect.get(target, key);
  if (typeof member !== "function") return member;
  const method: Callable = member.bind(target);
  return (...args: readonly unknown[]) => {
    time.stir();
    const result = method(...args);
    return name === "program" && result instanceof Promise ? time.during(result) : result;
  };
}
