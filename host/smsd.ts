import { constants } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasErrno } from "../core/errors.ts";
import type { Smsd } from "../core/ports.ts";
import { naming } from "./io-errors.ts";
import { bootTime, parseStat } from "./process-table.ts";
import { pathResolver } from "./rooted-path.ts";

/** smsd ignores TERM until the AT command at hand times out: 5 s for most, 10 s while it sends (measured). */
const GRACE = 20_000;
const POLL = 100;

type SmsdProcess = Awaited<ReturnType<Smsd["processes"]>>[number];

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
  async processes(): Promise<readonly SmsdProcess[]> {
    const pids = (await readdir(this.#proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
    const boot = bootTime(this.#proc);
    const found = await Promise.all(pids.map((pid) => this.#process(Number(pid), boot)));
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

  async #process(pid: number, boot: number): Promise<SmsdProcess | undefined> {
    const folder = join(this.#proc, String(pid));
    const comm = await readFile(join(folder, "comm"), "utf8").catch(() => "");
    if (comm.trim() !== "smsd" || !(await this.#sharesOurRoot(folder))) return undefined;
    const [status, cgroup] = await Promise.all(
      ["stat", "cgroup"].map((name) => readFile(join(folder, name), "utf8").catch(() => "")),
    );
    const known = parseStat(status ?? "", boot);
    if (!known || known.state === "Z") return undefined;
    return { pid, unit: serviceOf(cgroup ?? ""), startedAt: known.startedAt };
  }

  /**
   * False for an smsd of a container or a chroot: another machine's, in all but the processor. Who owns the process may
   * look (proc(5)); anybody else is told of every smsd.
   */
  async #sharesOurRoot(folder: string): Promise<boolean> {
    const theirs = await stat(join(folder, "root")).catch(() => undefined);
    if (!theirs) return true;
    const ours = await stat("/");
    return theirs.dev === ours.dev && theirs.ino === ours.ino;
  }
}

/** The innermost `.service` of a cgroup path, in the unified hierarchy or in systemd's own (cgroup v1). */
export function serviceOf(cgroup: string): string {
  const line = cgroup.split("\n").find((entry) => entry.startsWith("0::") || entry.includes(":name=systemd:"));
  const parts = (line ?? "").split("/").filter((part) => part.endsWith(".service"));
  return parts.at(-1) ?? "";
}
