import { constants, type Stats, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasErrno } from "../core/errors.ts";
import type { Smsd, SmsdProcessEntry } from "../core/ports.ts";
import { naming } from "./io-errors.ts";
import { bootTime, parseStat, processFile, processIds } from "./process-table.ts";
import { pathResolver } from "./rooted-path.ts";
import { smsdRoleOf } from "./smsd-slot.ts";

/** smsd ignores TERM until the AT command at hand times out: 5 s for most, 10 s while it sends (measured). */
const GRACE = 20_000;
const POLL = 100;

/** smsd's processes as /proc shows them, and its log. */
export class RealSmsd implements Smsd {
  readonly #root: string;
  readonly #proc: string;
  readonly #grace: number;

  /** `grace`: milliseconds between TERM and KILL. */
  constructor(root: string, proc: string, grace: number = GRACE) {
    this.#root = root;
    this.#proc = proc;
    this.#grace = grace;
  }

  /** `startedAt` is in milliseconds since the epoch; `unit` is empty where no systemd service owns the process. */
  async processes(): Promise<readonly SmsdProcessEntry[]> {
    const boot = bootTime(this.#proc);
    const found = processIds(this.#proc).map((pid) => this.#process(pid, boot));
    return found.filter((entry) => entry !== undefined).sort((a, b) => a.pid - b.pid);
  }

  async stopStrays(pids: readonly number[]): Promise<void> {
    await this.#signal(pids, "SIGTERM");
    const deadline = performance.now() + this.#grace;
    while ((await this.#alive(pids)).length > 0 && performance.now() < deadline) await sleep(POLL);
    await this.#signal(pids, "SIGKILL");
    while ((await this.#alive(pids)).length > 0 && performance.now() < deadline + this.#grace) await sleep(POLL);
  }

  async logTail(path: string, bytes: number): Promise<string> {
    const real = await pathResolver(this.#root)(path);
    return naming("read", real, async () => {
      const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
        if (hasErrno(error, "ENOENT")) return undefined;
        throw error;
      });
      if (!file) return "";
      try {
        const { size } = await file.stat();
        const length = Math.min(bytes, size);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
        return buffer.toString("utf8", 0, bytesRead);
      } finally {
        await file.close();
      }
    });
  }

  /** Only what is still an smsd: a process id may have been given to another program meanwhile. */
  async #alive(pids: readonly number[]): Promise<readonly number[]> {
    return (await this.processes()).map((entry) => entry.pid).filter((pid) => pids.includes(pid));
  }

  async #signal(pids: readonly number[], signal: NodeJS.Signals): Promise<void> {
    for (const pid of await this.#alive(pids)) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        if (!hasErrno(error, "ESRCH")) throw error;
      }
    }
  }

  #process(pid: number, boot: number): SmsdProcessEntry | undefined {
    if (processFile(this.#proc, pid, "comm")?.trim() !== "smsd" || !this.#sharesOurRoot(pid)) return undefined;
    const known = parseStat(processFile(this.#proc, pid, "stat") ?? "", boot);
    if (!known || known.state === "Z") return undefined;
    const unit = serviceOf(processFile(this.#proc, pid, "cgroup") ?? "");
    const role = smsdRoleOf(processFile(this.#proc, pid, "cmdline") ?? "");
    return { pid, unit, startedAt: known.startedAt, ...(role ? { role } : {}) };
  }

  /**
   * False for an smsd of a container or a chroot: another machine's, in all but the processor. Who owns the process may
   * look (proc(5)); anybody else is told of every smsd.
   */
  #sharesOurRoot(pid: number): boolean {
    const theirs = statOrNothing(join(this.#proc, String(pid), "root"));
    const ours = statOrNothing("/");
    return !theirs || !ours || (theirs.dev === ours.dev && theirs.ino === ours.ino);
  }
}

function statOrNothing(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** The innermost `.service` of a cgroup path, in the unified hierarchy or in systemd's own (cgroup v1). */
export function serviceOf(cgroup: string): string {
  const line = cgroup.split("\n").find((entry) => entry.startsWith("0::") || entry.includes(":name=systemd:"));
  const parts = (line ?? "").split("/").filter((part) => part.endsWith(".service"));
  return parts.at(-1) ?? "";
}
