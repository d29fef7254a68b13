import type { AtSession } from "../at/session.ts";
import type { Submit } from "./protocol.ts";

/** More than this is not kept for a host that does not read. */
const QUEUE_LIMIT = 65_536;

/** The data side of one serial interface: what waits for the host, and URBs that wait for data. */
export class SerialFunction {
  readonly interface: number;
  session: AtSession | undefined;
  /** Undefined until the host sets the control lines: then the port is open or closed. */
  dtr: boolean | undefined;
  readonly #outgoing: Buffer[] = [];
  #queued = 0;
  /** IN URBs that wait for data. */
  readonly readers: Submit[] = [];
  /** OUT URBs that a hung device does not take. */
  readonly blocked: Submit[] = [];

  constructor(interfaceNumber: number) {
    this.interface = interfaceNumber;
  }

  /** Data for the host; a closed port loses it, as real modules drop what nobody listens to. */
  queue(data: Buffer): void {
    if (this.dtr === false || this.#queued + data.length > QUEUE_LIMIT) return;
    this.#outgoing.push(data);
    this.#queued += data.length;
  }

  setDtr(on: boolean): void {
    this.dtr = on;
    if (!on) this.drop();
  }

  restart(): void {
    this.dtr = undefined;
    this.drop();
  }

  drop(): void {
    this.#outgoing.length = 0;
    this.#queued = 0;
  }

  get hasData(): boolean {
    return this.#queued > 0;
  }

  take(limit: number): Buffer {
    const all = Buffer.concat(this.#outgoing);
    const now = all.subarray(0, limit);
    this.drop();
    if (all.length > limit) this.queue(all.subarray(limit));
    return now;
  }
}
