import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { labCache } from "./cache.ts";
import { GuestSim, SIM_SOCKET } from "./guest-sim.ts";
import { tool } from "./tool.ts";
import type { CommandOptions, CommandResult } from "./vm/channel.ts";
import { Machine, overlay } from "./vm/machine.ts";
import { removeAtExit } from "./vm/processes.ts";
import type { Snapshot } from "./vm/snapshot.ts";

/** Each look costs the guest a process or more: the longer something takes, the less often it is looked at. */
const PAUSE_MS = { first: 150, factor: 1.25, last: 600 };

const TRACED = process.env.MODEMKEEPER_LAB_TRACE !== undefined;

/** Where the guest sees what `bring` gave it. */
export const SHARE = "/srv/share";

export interface GuestOptions {
  readonly console?: "file" | "terminal";
}

/** A machine for one scenario: continued from a snapshot, on a disk of its own, gone afterwards. */
export class Guest {
  readonly sim: GuestSim;
  /** Folder of this run on the host. */
  readonly folder: string;
  readonly #from: Snapshot;
  readonly #started = Date.now();
  #machine: Machine;

  constructor(machine: Machine, folder: string, from: Snapshot) {
    this.#machine = machine;
    this.folder = folder;
    this.#from = from;
    this.sim = new GuestSim(
      (line) => this.#askSim(line),
      (command) => this.ok(command),
    );
  }

  static async start(from: Snapshot, options: GuestOptions = {}): Promise<Guest> {
    const runs = join(labCache(), "runs");
    await mkdir(runs, { recursive: true });
    const folder = await mkdtemp(join(runs, "run-"));
    removeAtExit(folder);
    const disk = join(folder, "disk.qcow2");
    await overlay(from.disk, disk);
    return new Guest(await Machine.start({ ...from, ...options, folder, disk }), folder, from);
  }

  /** Ends the machine and forgets its disk. */
  async end(): Promise<void> {
    await this.#machine.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Says at the end of a trace what the scenario has cost. */
  async traceCost(title: string): Promise<void> {
    if (!TRACED) return;
    const processor = (await this.#machine.processorSeconds()).toFixed(0);
    trace(`in all, with ${processor} s of the host's processors: ${title}`, this.#started);
  }

  /** Settles when a person has left the console. */
  async exited(): Promise<void> {
    await this.#machine.exited();
  }

  /** Runs a command with /bin/sh as root. Its exit code is part of the result; only a timeout throws. */
  async run(command: string, options?: CommandOptions): Promise<CommandResult> {
    const start = Date.now();
    const result = await this.#machine.channel.run(command, options);
    trace(`${command} → ${result.code}`, start);
    return result;
  }

  async #askSim(line: string): Promise<string> {
    const start = Date.now();
    const answer = await this.#machine.channel.line(SIM_SOCKET, line, 60);
    trace(`simulator: ${line} → ${answer}`, start);
    return answer;
  }

  /** Runs a command that must succeed; returns its stdout without the last line end. */
  async ok(command: string, options?: CommandOptions): Promise<string> {
    const result = await this.run(command, options);
    if (result.code === 0) return result.stdout.trimEnd();
    throw new Error(`in the guest, exit code ${result.code}: ${command}\n${result.stdout}${result.stderr}`);
  }

  /** Waits until a command succeeds (and returns its stdout), or a function returns something other than undefined. */
  async waitFor(what: string, seconds?: number): Promise<string>;
  async waitFor<T>(what: () => Promise<T | undefined>, seconds?: number): Promise<T>;
  async waitFor<T>(what: string | (() => Promise<T | undefined>), seconds = 20): Promise<T | string> {
    const end = Date.now() + seconds * 1000;
    let last = "";
    for (let pause = PAUSE_MS.first; ; pause = Math.min(pause * PAUSE_MS.factor, PAUSE_MS.last)) {
      if (typeof what === "function") {
        const value = await what();
        if (value !== undefined) return value;
      } else {
        const result = await this.run(what);
        if (result.code === 0) return result.stdout.trimEnd();
        last = `${result.stdout}${result.stderr}`;
      }
      if (Date.now() > end) break;
      await sleep(pause);
    }
    throw new Error(`in the guest, not within ${seconds} s: ${what}\n${last}`);
  }

  async write(path: string, content: string | Buffer, mode = "644"): Promise<void> {
    const target = `'${path}'`;
    await this.ok(`mkdir -p "$(dirname ${target})" && cat > ${target} && chmod ${mode} ${target}`, { input: content });
  }

  async read(path: string): Promise<string> {
    const content = await this.readFrom(path, 0, 0);
    if (content === undefined) throw new Error(`in the guest: ${path} cannot be read`);
    return content.toString("utf8");
  }

  /**
   * A file from an offset (in octets) on, without a process in the guest; undefined if there is none. Waits until there is
   * more than that, at most for so many seconds.
   */
  async readFrom(path: string, offset: number, seconds: number): Promise<Buffer | undefined> {
    const start = Date.now();
    const content = await this.#machine.channel.read(path, offset, seconds);
    trace(`read ${path} from ${offset}: ${content?.length} octets`, start);
    return content;
  }

  /** Shows a folder of the host to the guest, read-only; returns its path there. It must lie on the cache's filesystem. */
  async bring(hostFolder: string, name: string): Promise<string> {
    await bringTo(this.folder, this.#machine, hostFolder, name);
    return `${SHARE}/${name}`;
  }

  /** An orderly reboot, until commands run again; the simulator and its devices are gone after it. About 40 s. */
  async reboot(): Promise<void> {
    const { channel } = this.#machine;
    const before = await channel.bootId(10);
    await this.run("systemctl --no-block reboot");
    // What is asked while the agent goes down is never answered: ask again, and soon.
    await this.waitFor(async () => {
      const now = await channel.bootId(5).catch(() => before);
      return now === before ? undefined : now;
    }, 180);
  }

  /** The power goes and comes back: everything that had not reached the disk is lost. */
  async powerCut(): Promise<void> {
    await this.#machine.end();
    const { kernel, initrd } = this.#from;
    this.#machine = await Machine.start({ kernel, initrd, folder: this.folder, disk: join(this.folder, "disk.qcow2") });
  }
}

/** With MODEMKEEPER_LAB_TRACE set, shows what a scenario does in its guest, and how long each step took. */
function trace(what: string, start: number): void {
  if (!TRACED) return;
  process.stderr.write(
    `lab: ${((Date.now() - start) / 1000).toFixed(2)} s  ${what.slice(0, 160).replaceAll("\n", "\\n")}\n`,
  );
}

/** Puts a host folder into the machine's share by hard links, and has the guest mount the share. */
export async function bringTo(folder: string, machine: Machine, hostFolder: string, name: string): Promise<void> {
  await tool("cp", ["-rl", "--", hostFolder, join(folder, "share", name)]);
  const mount = `mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=524288,cache=loose share ${SHARE}`;
  const result = await machine.channel.run(`mountpoint -q ${SHARE} || ${mount}`);
  if (result.code !== 0) throw new Error(`the guest cannot mount the lab's share: ${result.stderr}`);
}
