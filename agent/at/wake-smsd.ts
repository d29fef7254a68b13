import type { AgentHost } from "../../core/agent-ports.ts";

/** smsd may be in the middle of an exchange and miss the first signal. */
const AGAIN_AFTER = 300;

/**
 * Tells smsd's process of one modem to read its messages now: on SIGCONT it polls at once (smstools 3.1.21, smsd.c;
 * measured: message in its file 0.06 s later). Several notices at a time become one round.
 */
export class SmsdWaker {
  readonly #host: Pick<AgentHost, "proc" | "clock">;
  readonly #modem: string;
  #busy = false;
  #again = false;

  constructor(host: Pick<AgentHost, "proc" | "clock">, modem: string) {
    this.#host = host;
    this.#modem = modem;
  }

  /** Settles when it has been told twice; never fails, since smsd's own poll comes anyway. */
  async wake(): Promise<void> {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#tell();
        await this.#host.clock.sleep(AGAIN_AFTER);
        await this.#tell();
      }
    } finally {
      this.#busy = false;
    }
  }

  async #tell(): Promise<void> {
    const pid = await this.#host.proc.smsdModemProcess(this.#modem).catch(() => undefined);
    if (pid !== undefined) await this.#host.proc.signal(pid, "SIGCONT");
  }
}
