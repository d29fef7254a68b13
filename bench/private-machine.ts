import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess } from "../test/helpers/end-process.ts";
import { environmentOfUnit } from "../test/helpers/incoming/agent-process.ts";
import { program } from "../test/lab/parts/program.ts";

/*
 * The whole agent, as built, on this machine, without touching it: in mount namespaces of its own, in which /run is
 * empty, and what is written to /etc and /var is gone with them. There is no systemd and no smsd there.
 */

const LOOK_EVERY = 50;
const LONGEST_START = 30_000;

/** Runs a command where the folders are private: SCRATCH INVENTORY COMMAND... */
const PRIVATE = `
set -eu
scratch=$1 inventory=$2
shift 2
mount -t tmpfs tmpfs "$scratch"
for folder in etc var; do
  mkdir "$scratch/$folder" "$scratch/$folder.work"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$scratch/$folder,workdir=$scratch/$folder.work" "/$folder"
done
mount -t tmpfs tmpfs /run
mkdir -p /etc/modemkeeper /run/modemkeeper /run/lock /var/lib/modemkeeper/agent /var/log/modemkeeper
cp "$inventory" /etc/modemkeeper/inventory.yaml
exec "$@"
`;

export class PrivateMachine {
  readonly #child: ChildProcess;
  readonly #main: string;

  private constructor(child: ChildProcess, main: string) {
    this.#child = child;
    this.#main = main;
  }

  /** `folder`: scratch that outlives it. @throws Error if the agent does not answer on `port` in time */
  static async withAgent(folder: string, inventory: string, port: number): Promise<PrivateMachine> {
    const main = await builtMain();
    const machine = new PrivateMachine(await started(folder, inventory, [process.execPath, main, "agent"]), main);
    try {
      await machine.#untilReady(port);
      return machine;
    } catch (error) {
      await machine.stop();
      throw error;
    }
  }

  /** The same, on which nothing runs. */
  static async without(folder: string, inventory: string): Promise<PrivateMachine> {
    const main = await builtMain();
    const child = await started(folder, inventory, ["sh", "-c", "echo ready; exec sleep infinity"]);
    if (child.stdout) await once(child.stdout, "data");
    return new PrivateMachine(child, main);
  }

  /** What runs `modemkeeper` there. */
  modemkeeper(...args: readonly string[]): readonly string[] {
    return this.command(process.execPath, this.#main, ...args);
  }

  command(...argv: readonly string[]): readonly string[] {
    return ["nsenter", `--mount=/proc/${this.pid}/ns/mnt`, ...argv];
  }

  /** Of the agent: everything on the way to it is replaced by it. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("it was not started");
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    await endProcess(this.#child, "SIGTERM");
  }

  async #untilReady(port: number): Promise<void> {
    const end = performance.now() + LONGEST_START;
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      if (this.#child.exitCode !== null) throw new Error(`the agent ended with ${this.#child.exitCode}`);
      if (performance.now() > end) throw new Error(`the agent does not answer on port ${port}`);
      await sleep(LOOK_EVERY);
    }
  }
}

async function builtMain(): Promise<string> {
  return join((await program()).folder, "dist/agent/main.js");
}

/** `unshare` and the shell give their process over to the command, so the child is the command itself. */
async function started(folder: string, inventory: string, argv: readonly string[]): Promise<ChildProcess> {
  const mounts = join(folder, "mounts");
  await mkdir(mounts, { recursive: true });
  const unshare = ["unshare", "--mount", "--propagation", "private", "sh", "-c", PRIVATE, "sh", mounts, inventory];
  // Ends with the benchmark, however that ends.
  const args = ["--pdeathsig", "TERM", ...unshare, ...argv];
  const env = { PATH: process.env.PATH ?? "", LANG: "C.UTF-8", ...environmentOfUnit() };
  const child = spawn("setpriv", args, { env, stdio: ["ignore", "pipe", "inherit"] });
  // Its log is nobody's concern, but a full pipe would stop it.
  child.stdout.on("data", () => undefined);
  return child;
}
