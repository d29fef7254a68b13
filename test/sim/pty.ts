import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { closeSync, constants, existsSync, openSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { AtSession } from "./at/session.ts";
import type { Modem } from "./modem/modem.ts";
import type { Transport } from "./transport.ts";

const START_LIMIT = 5_000;
const POLL = 10;

/** One AT port of a modem on a pseudo-terminal, named by a symbolic link; `socat` makes the terminal. */
export class PtyTransport implements Transport {
  readonly place: string;
  readonly #modem: Modem;
  #child: ChildProcessWithoutNullStreams | undefined;
  #session: AtSession | undefined;
  #held: number | undefined;

  /** @param link path of the symbolic link to the terminal */
  constructor(modem: Modem, link: string) {
    this.#modem = modem;
    this.place = link;
  }

  get attached(): boolean {
    return this.#child !== undefined;
  }

  /** @throws Error if socat cannot be started */
  async attach(): Promise<void> {
    if (this.#child) return;
    const child = spawn("socat", [`PTY,link=${this.place},raw,echo=0`, "STDIO"]);
    this.#child = child;
    child.stdin.on("error", () => {});
    await this.#appear(child);
    // Held open, or socat would end when the last program closes the terminal.
    this.#held = openSync(this.place, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    const at = this.#modem.spec.usb.interfaces.find(({ role }) => role === "at");
    if (!at) throw new Error(`${this.#modem.spec.name} has no AT interface`);
    const session = this.#modem.openPort(at, (data) => child.stdin.write(data));
    this.#session = session;
    child.stdout.on("data", (chunk: Buffer) => session?.input(chunk));
    this.#modem.boot();
    await this.refresh();
  }

  async #appear(child: ChildProcessWithoutNullStreams): Promise<void> {
    let failure: Error | undefined;
    child.once("error", (error) => {
      failure = error;
    });
    child.once("exit", (code) => {
      failure ??= new Error(`socat ended with ${code}`);
    });
    for (let waited = 0; !existsSync(this.place); waited += POLL) {
      if (failure) throw new Error(`cannot make ${this.place}`, { cause: failure });
      if (waited > START_LIMIT) throw new Error(`socat did not make ${this.place} within ${START_LIMIT} ms`);
      await sleep(POLL);
    }
  }

  async detach(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    if (this.#session) this.#modem.closePort(this.#session);
    this.#modem.powerDown();
    if (this.#held !== undefined) closeSync(this.#held);
    this.#held = undefined;
    if (child.exitCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    }
    rmSync(this.place, { force: true });
  }

  /** A port that hangs with `pending` takes no more bytes, so writers fill the terminal and block. */
  async refresh(): Promise<void> {
    const hang = this.#session && this.#modem.faults.hangOf(this.#session.interface);
    if (hang?.how === "pending") this.#child?.stdout.pause();
    else this.#child?.stdout.resume();
  }
}
