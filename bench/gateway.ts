import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess } from "../test/helpers/end-process.ts";
import type { SmsdBinary } from "../test/helpers/smsd-binary.ts";
import { Simulator } from "../test/sim/simulator.ts";
import type { Configuration } from "./smsd-configurations.ts";

/** Milliseconds. Nothing is read from the clock by waiting: the simulator notes when it was spoken to. */
const LOOK_EVERY = 20;
const LONGEST_WAIT = 120_000;

/** The real smsd with a simulated modem of its own. */
export class Gateway {
  readonly #configuration: Configuration;
  readonly #sim: Simulator;
  readonly #smsd: ChildProcess;

  private constructor(configuration: Configuration, sim: Simulator, smsd: ChildProcess) {
    this.#configuration = configuration;
    this.#sim = sim;
    this.#smsd = smsd;
  }

  static async start({ binary, env }: SmsdBinary, device: string, configuration: Configuration): Promise<Gateway> {
    const sim = new Simulator();
    await sim.plug({ link: device });
    const { file, temporary } = configuration;
    const options = [`-c${file}`, `-p${temporary}/smsd.pid`, `-i${temporary}/smsd.working`, "-nMAINPROCESS", "-t"];
    const smsd = spawn(binary, options, { env: { ...env, TMPDIR: temporary }, stdio: "ignore" });
    return new Gateway(configuration, sim, smsd);
  }

  /**
   * Hands smsd a message as a program would, under a name that starts with a dot and then by rename.
   * Returns the seconds from the rename to the modem's first sight of AT+CMGS.
   * @throws Error if smsd ends, or does not send for two minutes
   */
  async send(name: string): Promise<number> {
    const { outgoing, sent } = this.#configuration;
    const draft = join(outgoing, `.${name}`);
    await writeFile(draft, `To: 491720000001\n\n${name}`);
    const before = performance.timeOrigin + performance.now();
    await rename(draft, join(outgoing, name));
    const asked = () => this.#journal(before).find(({ text }) => text.startsWith("AT+CMGS"));
    await this.#until(() => asked() !== undefined);
    await this.#until(() => existsSync(join(sent, name)));
    return ((asked()?.at ?? Number.NaN) - before) / 1000;
  }

  #journal(since: number) {
    return this.#sim.modem().journal.entries(since);
  }

  async #until(condition: () => boolean): Promise<void> {
    const end = performance.now() + LONGEST_WAIT;
    while (!condition()) {
      if (this.#smsd.exitCode !== null) throw new Error(`smsd ended: see ${await this.#configurationText()}`);
      if (performance.now() > end) throw new Error(`smsd did not send with ${await this.#configurationText()}`);
      await sleep(LOOK_EVERY);
    }
  }

  async #configurationText(): Promise<string> {
    return readFile(this.#configuration.file, "utf8");
  }

  async stop(): Promise<void> {
    await endProcess(this.#smsd, "SIGTERM");
    await this.#sim.close();
  }
}
