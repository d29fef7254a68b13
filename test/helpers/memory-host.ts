import { ModemkeeperError } from "../../core/errors.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { FileSpec, Host, ProgramFiles } from "../../core/ports.ts";
import { describeSecretRef, type SecretRef } from "../../core/secret.ts";
import { wrapMutations } from "../../host/mutations.ts";
import { programFiles } from "../../host/program-files.ts";
import { MemoryAccounts } from "./memory/memory-accounts.ts";
import { MemoryFiles } from "./memory/memory-files.ts";
import { MemoryLocks } from "./memory/memory-locks.ts";
import { MemoryPackages } from "./memory/memory-packages.ts";
import { MemoryServices } from "./memory/memory-services.ts";

/** SIGKILL in a test: thrown by the fatal mutation and by every call after it, so that no clean-up can run either. */
export class ProcessDied extends Error {
  override readonly name = "ProcessDied";
}

/** What is to go wrong in one process; mutations count from 1. */
export interface Fate {
  /** The process dies in place of this mutation. */
  readonly dieAt?: number;
  /** This mutation is refused with `error` (a full disk if not given) and changes nothing. */
  readonly failAt?: number;
  readonly error?: Error;
}

type SmsdProcess = Awaited<ReturnType<Host["smsd"]["processes"]>>[number];

/** A whole machine in memory. It outlives the processes that work on it; each `host()` is one process. */
export class MemoryMachine {
  /** One line for each mutation that took place, by whichever process. */
  readonly journal: string[] = [];
  readonly accounts = new MemoryAccounts();
  readonly files = new MemoryFiles(
    () => this.now.getTime(),
    (owner, group) => this.accounts.assertKnown(owner, group),
  );
  readonly packages = new MemoryPackages(this.files, this.accounts);
  readonly services = new MemoryServices(this.files, {
    started: (unit, pid) => this.#unitStarted(unit, pid),
    stopped: (unit) => {
      this.smsd = this.smsd.filter((entry) => entry.unit !== unit);
    },
  });
  /** What is plugged in. */
  usb: AttachedModem[] = [];
  smsd: SmsdProcess[] = [];
  /** Values by `describeSecretRef`. */
  readonly secrets = new Map<string, string>();
  now = new Date("2030-01-01T00:00:00Z");
  uid = 0;
  udevRunning = true;
  /** What udev would do on a trigger, e.g. make the links that the rules ask for. */
  onUdevTrigger: (sysNames: readonly string[]) => void = () => {};
  readonly #program: ProgramFiles;
  protected readonly locks = new MemoryLocks();
  readonly #dead = new Set<symbol>();

  constructor(program: ProgramFiles) {
    this.#program = program;
  }

  /** Puts a file there without a journal line: what was there before the test begins. */
  given(path: string, content: string, spec: Partial<FileSpec> = {}): void {
    const attributes = { mode: 0o644, owner: "root", group: "root", ...spec };
    this.files.put(path, { ...attributes, content, kind: "file", modifiedAt: this.now.getTime() });
  }

  givenSecret(ref: SecretRef, value: string): void {
    this.secrets.set(describeSecretRef(ref), value);
  }

  /** A new process on this machine, with what is to happen to it. */
  host(fate: Fate = {}): Host {
    return this.live(fate, (owner) => this.bareHost(owner));
  }

  protected live<H extends Host>(fate: Fate, bare: (owner: symbol) => H): H {
    const owner = Symbol("process");
    let mutations = 0;
    const host = wrapMutations(bare(owner), async (line, act) => {
      mutations += 1;
      if (mutations === fate.dieAt) {
        this.#dead.add(owner);
        this.locks.freeAll(owner);
        throw new ProcessDied(`killed at mutation ${mutations}: ${line}`);
      }
      if (mutations === fate.failAt) throw fate.error ?? diskFull(line);
      const result = await act();
      this.journal.push(line);
      return result;
    });
    return mortal(host, () => this.isDead(owner));
  }

  protected isDead(owner: symbol): boolean {
    return this.#dead.has(owner);
  }

  protected bareHost(owner: symbol): Host {
    const { files, packages, accounts, services } = this;
    return {
      root: "/",
      ...{ files, packages, accounts, services },
      udev: {
        running: async () => this.udevRunning,
        reloadRules: async () => {},
        trigger: async (sysNames) => this.onUdevTrigger(sysNames),
        loadModule: async () => {},
        applyTmpfiles: async () => {},
      },
      usb: { attached: async () => [...this.usb] },
      smsd: this.#smsdPort(),
      secrets: { read: async (ref) => this.#secret(ref) },
      locks: {
        tryLock: async (path) => this.locks.tryLock(path, owner),
        lock: async (path, wait) => this.locks.lock(path, owner, (signal) => this.sleep(wait, signal)),
      },
      clock: { now: () => new Date(this.now), sleep: (milliseconds, signal) => this.sleep(milliseconds, signal) },
      program: this.#program,
      machineId: "0123456789abcdef0123456789abcdef",
      uid: this.uid,
    };
  }

  #smsdPort(): Host["smsd"] {
    return {
      processes: async () => [...this.smsd],
      stopStrays: async (pids) => {
        this.smsd = this.smsd.filter((entry) => !pids.includes(entry.pid));
      },
      logTail: async (path, bytes) => {
        const entry = this.files.entries.get(path);
        return entry?.kind === "file" ? entry.content.slice(-bytes) : "";
      },
    };
  }

  #unitStarted(unit: string, pid: number): void {
    if (unit === "smstools.service") this.smsd.push({ pid, unit, startedAt: this.now.getTime() });
  }

  #secret(ref: SecretRef): string {
    const value = this.secrets.get(describeSecretRef(ref));
    if (value !== undefined) return value;
    throw new ModemkeeperError("precondition-missing", `cannot use the secret in ${describeSecretRef(ref)}`);
  }

  /** Nothing waits: the clock jumps. */
  protected async sleep(milliseconds: number, _signal?: AbortSignal): Promise<void> {
    this.now = new Date(this.now.getTime() + milliseconds);
  }
}

/** An empty machine with systemd, udev and apt, and the program's real templates and catalogue. */
export async function memoryMachine(): Promise<MemoryMachine> {
  return new MemoryMachine(await programFiles());
}

function diskFull(line: string): ModemkeeperError {
  return new ModemkeeperError("io", `refused by the test, as on a full disk: ${line}`);
}

type Callable = (...args: readonly unknown[]) => unknown;

/** The same host until `isDead`; from then on every call of every port throws. */
function mortal<H extends Host>(host: H, isDead: () => boolean): H {
  const guard = (port: object): object =>
    new Proxy(port, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== "function") return member;
        const method: Callable = member.bind(target);
        return (...args: readonly unknown[]) => {
          if (isDead()) throw new ProcessDied("this process is dead");
          return method(...args);
        };
      },
    });
  const ports = Object.entries(host).map(([name, port]) => [name, isPort(port) ? guard(port) : port]);
  return Object.fromEntries(ports) as H;
}

function isPort(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
