import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { closeSync, constants, existsSync, openSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { AtSession } from "./at/session.ts";
import type { Modem } from "./modem/modem.ts";
import type { Transport } from "./transport.ts";

const START_LIMIT = 5_000;
const POLL = 10;

/** Paths of the symbolic links to the pseudo-terminals. */
export interface PtyLinks {
  readonly at: string;
  /** The second AT port, where the model has one. */
  readonly modem?: string | undefined;
}

/** AT ports of a modem on pseudo-terminals. */
export class PtyTransport implements Transport {
  readonly place: string;
  readonly #modem: Modem;
  readonly #ports: readonly PtyPort[];
  #attached = false;

  constructor(modem: Modem, links: PtyLinks) {
    this.#modem = modem;
    this.place = links.at;
    const wanted = [{ role: "at", link: links.at } as const, { role: "modem", link: links.modem } as const];
    this.#ports = wanted.flatMap(({ role, link }) => (link === undefined ? [] : [new PtyPort(modem, role, link)]));
  }

  get attached(): boolean {
    return this.#attached;
  }

  /** @throws Error if socat cannot be started */
  async attach(): Promise<void> {
    if (this.#attached) return;
    this.#attached = true;
    try {
      for (const port of this.#ports) await port.open();
    } catch (error) {
      await this.detach();
      throw error;
    }
    this.#modem.boot();
    await this.refresh();
  }

  async detach(): Promise<void> {
    this.#attached = false;
    this.#modem.powerDown();
    for (const port of this.#ports) await port.close();
  }

  async refresh(): Promise<void> {
    for (const port of this.#ports) port.refresh();
  }
}

/** One pseudo-terminal, made by `socat`. */
class PtyPort {
  readonly #modem: Modem;
  readonly #role: "at" | "modem";
  readonly #link: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #session: AtSession | undefined;
  #held: number | undefined;

  constructor(modem: Modem, role: "at" | "modem", link: string) {
    this.#modem = modem;
    this.#role = role;
    this.#link = link;
  }

  async open(): Promise<void> {
    const spec = this.#modem.spec.usb.interfaces.find(({ role }) => role === this.#role);
    if (!spec) throw new Error(`${this.#modem.spec.name} has no interface with the role "${this.#role}"`);
    const child = spawn("socat", [`PTY,link=${this.#link},raw,echo=0`, "STDIO"]);
    this.#child = child;
    child.stdin.on("error", () => {});
    await this.#appear(child);
    // Held open, or socat would end when the last program closes the terminal.
    this.#held = openSync(this.#link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    const session = this.#modem.openPort(spec, (data) => child.stdin.write(data));
    this.#session = session;
    child.stdout.on("data", (chunk: Buffer) => session?.input(chunk));
  }

  async #appear(child: ChildProcessWithoutNullStreams): Promise<void> {
    let failure: Error | undefined;
    child.once("error", (error) => {
      failure = error;
    });
    child.once("exit", (code) => {
      failure ??= new Error(`socat ended with ${code}`);
    });
    for (let waited = 0; !existsSync(this.#link); waited += POLL) {
      if (failure) throw new Error(`cannot make ${this.#link}`, { cause: failure });
      if (waited > START_LIMIT) throw new Error(`socat did not make ${this.#link} within ${START_LIMIT} ms`);
      await sleep(POLL);
    }
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (this.#session) this.#modem.closePort(this.#session);
    this.#session = undefined;
    if (this.#held !== undefined) closeSync(this.#held);
    this.#held = undefined;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    }
    rmSync(this.#link, { force: true });
  }

  /** A port that hangs with `pending` takes no more bytes, so writers fill the terminal and block. */
  refresh(): void {
    const hang = this.#session && this.#modem.faults.hangOf(this.#session.interface);
    if (hang?.how === "pending") this.#child?.stdout.pause();
    else this.#child?.stdout.resume();
  }
}
