import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess } from "../test/helpers/end-process.ts";
import type { SmsdBinary } from "../test/helpers/smsd-binary.ts";
import { Simulator } from "../test/sim/simulator.ts";
import type { Configuration } from "./smsd-configurations.ts";

/** Milliseconds. Nothing is read from the clock by waiting: the simulator notes when it was spoken to. */
const LOOK_EVERY = 20;
/** Where looking is what is measured. */
const LOOK_CLOSELY = 2;
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

  /** `device`: where smsd finds the modem; `second`: where its second AT port shall be, if it is wanted. */
  static async start(
    { binary, env }: SmsdBinary,
    device: string,
    configuration: Configuration,
    second?: string,
  ): Promise<Gateway> {
    const sim = new Simulator();
    await sim.plug({ link: device, ...(second === undefined ? {} : { modemLink: second }) });
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

  /**
   * Has an SMS arrive at the modem. Returns the seconds until a file with its text is in `incoming/`.
   * @throws Error like `send`
   */
  async receive(text: string): Promise<number> {
    const { incoming } = this.#configuration;
    const before = performance.now();
    this.#sim.receive({ from: "+491710000002", text });
    await this.#until(() => holds(incoming, text), LOOK_CLOSELY);
    return (performance.now() - before) / 1000;
  }

  #journal(since: number) {
    return this.#sim.modem().journal.entries(since);
  }

  async #until(condition: () => boolean, every = LOOK_EVERY): Promise<void> {
    const end = performance.now() + LONGEST_WAIT;
    while (!condition()) {
      if (this.#smsd.exitCode !== null) throw new Error(`smsd ended: see ${await this.#configurationText()}`);
      if (performance.now() > end)
        throw new Error(`smsd did nothing within two minutes, with ${await this.#configurationText()}`);
      await sleep(every);
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

function holds(folder: string, text: string): boolean {
  return readdirSync(folder).some((name) => {
    // smsd makes a file, removes it and makes it again.
    try {
      return readFileSync(join(folder, name), "utf8").includes(text);
    } catch {
      return false;
    }
  });
}
