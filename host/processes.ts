import { readdirSync, readlinkSync, statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import type { Holder, Processes } from "../core/agent-ports.ts";
import { hasErrno } from "../core/errors.ts";
import { flockOn, isFlocked } from "./kernel-locks.ts";
import { bootTime, parseStat, processFile, processIds } from "./process-table.ts";
import { pathResolver } from "./rooted-path.ts";
import { smsdModemOf } from "./smsd-slot.ts";
import { UserDatabase } from "./user-database.ts";

/** So many processes are looked at in one go (about 2 ms) before other work gets its turn. */
const AT_ONCE = 40;
/** Length of a process name in the kernel, TASK_COMM_LEN without its end (proc(5)). */
const LONGEST_NAME = 15;
/** What the kernel adds to the path of an open file whose name is gone, such as a terminal that was unplugged. */
const GONE = " (deleted)";

type Signal = Parameters<Processes["signal"]>[1];

/** Processes as /proc shows them. */
export class RealProcesses implements Processes {
  readonly #proc: string;
  readonly #users: UserDatabase;

  constructor(root: string, proc: string) {
    this.#proc = proc;
    this.#users = new UserDatabase(pathResolver(root));
  }

  async holdersOf(paths: readonly string[]): Promise<ReadonlyMap<string, readonly Holder[]>> {
    const files = await Promise.all(paths.map(async (path) => ({ path, ...(await fileOf(path)) })));
    const found = new Map<string, Set<number>>(paths.map((path) => [path, new Set()]));
    const anyDevice = files.some(({ number }) => number !== undefined);
    await this.#eachOpen((pid, opened, entry) => {
      // The same device may have another name, in a container or by mknod.
      const device = anyDevice && mayBeTerminal(opened) ? deviceNumber(entry) : undefined;
      for (const { path, real, number } of files) {
        if (opened === real || (device !== undefined && device === number)) found.get(path)?.add(pid);
      }
    });
    const holders = await this.#describeAll([...new Set([...found.values()].flatMap((pids) => [...pids]))]);
    return new Map([...found].map(([path, pids]) => [path, holders.filter(({ pid }) => pids.has(pid))]));
  }

  /**
   * The kernel's list of locks names the process that took the lock: a `flock` helper that has long ended where a shell
   * script holds it. So the holder is who has the file open with the lock on that very descriptor (fdinfo, proc(5)).
   */
  async lockHolder(path: string): Promise<Holder | undefined> {
    const { real } = await fileOf(path);
    if (!isFlocked(this.#proc, real)) return undefined;
    const pids = new Set<number>();
    await this.#eachOpen((pid, opened, entry) => {
      if (opened === real && flockOn(this.#proc, pid, basename(entry))) pids.add(pid);
    });
    // Heirs of the descriptor hold it, too; the eldest is the one who took it.
    const [eldest] = [...(await this.#describeAll([...pids]))].sort((a, b) => a.since - b.since || a.pid - b.pid);
    return eldest;
  }

  async smsdModemProcess(modem: string): Promise<number | undefined> {
    const pids = processIds(this.#proc).filter((pid) => {
      if (processFile(this.#proc, pid, "comm")?.trim() !== "smsd") return false;
      return smsdModemOf(processFile(this.#proc, pid, "cmdline") ?? "", modem);
    });
    // Two that may be meant: better none than the wrong one.
    return pids.length === 1 ? pids[0] : undefined;
  }

  async running(names: readonly string[]): Promise<readonly string[]> {
    const comms = new Set(processIds(this.#proc).map((pid) => processFile(this.#proc, pid, "comm")?.trim()));
    return names.filter((name) => comms.has(name.slice(0, LONGEST_NAME)));
  }

  async signal(pid: number, signal: Signal): Promise<boolean> {
    try {
      return process.kill(pid, signal);
    } catch (error) {
      if (hasErrno(error, "ESRCH")) return false;
      throw error;
    }
  }

  /** Calls `look` for each file that a process other than ours has open, with its entry in /proc/PID/fd. */
  async #eachOpen(look: (pid: number, opened: string, entry: string) => void): Promise<void> {
    const pids = processIds(this.#proc).filter((pid) => pid !== process.pid);
    for (const [index, pid] of pids.entries()) {
      if (index % AT_ONCE === AT_ONCE - 1) await breathe();
      const folder = join(this.#proc, String(pid), "fd");
      for (const descriptor of namesIn(folder)) {
        const entry = `${folder}/${descriptor}`;
        const target = targetOf(entry);
        if (!target?.startsWith("/")) continue;
        look(pid, target.endsWith(GONE) ? target.slice(0, -GONE.length) : target, entry);
      }
    }
  }

  async #describeAll(pids: readonly number[]): Promise<readonly Holder[]> {
    const boot = bootTime(this.#proc);
    const holders = await Promise.all(pids.map((pid) => this.#describe(pid, boot)));
    return holders.filter((holder) => holder !== undefined);
  }

  async #describe(pid: number, boot: number): Promise<Holder | undefined> {
    const known = parseStat(processFile(this.#proc, pid, "stat") ?? "", boot);
    const name = processFile(this.#proc, pid, "comm")?.trim();
    const owner = statSync(join(this.#proc, String(pid)), { throwIfNoEntry: false });
    if (!known || name === undefined || !owner) return undefined;
    const { owner: user } = await this.#users.namesOf(owner.uid, owner.gid);
    return { pid, process: name, user, since: known.startedAt };
  }
}

/** The file itself behind links, and its number if it is a device. A device that is gone keeps its name. */
async function fileOf(path: string): Promise<{ readonly real: string; readonly number?: number }> {
  const real = await realpath(path).catch(() => targetOfLink(path));
  const stats = statSync(real, { throwIfNoEntry: false });
  return stats?.isCharacterDevice() ? { real, number: stats.rdev } : { real };
}

/** A link that leads nowhere still says which terminal was meant. */
function targetOfLink(path: string): string {
  const target = targetOf(path);
  return target === undefined ? path : resolve(dirname(path), target);
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** What most processes have open need not be asked. */
function mayBeTerminal(path: string): boolean {
  return path.startsWith("/dev/") && path !== "/dev/null" && !path.startsWith("/dev/pts/");
}

function deviceNumber(path: string): number | undefined {
  try {
    const stats = statSync(path);
    return stats.isCharacterDevice() ? stats.rdev : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
