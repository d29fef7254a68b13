import type { Inventory } from "../../core/model/inventory.ts";
import type { IncomingState, SinkState } from "../model/delivery.ts";
import { type IncomingParts, Run } from "./run.ts";

/**
 * Received messages as a durable queue: each is delivered to every sink at least once and in order per sender, and leaves
 * smsd's folder only when that is done or has failed for good. Without sinks nothing is touched: another program may
 * handle the messages.
 */
export class Incoming {
  readonly #parts: IncomingParts;
  /** What the run depends on, as text; absent while there is no run. */
  #configured = "";
  #run: Run | undefined;
  #before = new Map<string, SinkState>();
  #duplicates = 0;
  /** Starts and stops, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  /** Settles when messages are being watched for. */
  start(inventory: Inventory): Promise<void> {
    return this.configure(inventory);
  }

  /** Goes on with another inventory. What was delivered stays delivered; a new sink gets what waits, too. */
  configure(inventory: Inventory): Promise<void> {
    const configured = essence(inventory);
    this.#turn = this.#turn.then(async () => {
      if (configured === this.#configured) return;
      await this.#end();
      this.#configured = configured;
      if (inventory.incoming.sinks.length === 0) return;
      this.#run = new Run(this.#parts, inventory);
      await this.#run.start();
    });
    return this.#turn;
  }

  /** Settles, within two seconds, when what was under way has ended or was cut off, and is on disk. */
  stop(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#end());
    return this.#turn;
  }

  /** How it stands; undefined without sinks. */
  state(): IncomingState | undefined {
    const state = this.#run?.state(this.#before);
    return state && { ...state, duplicates: state.duplicates + this.#duplicates };
  }

  async #end(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    await run.stop();
    const { sinks, duplicates } = run.state(this.#before);
    for (const sink of sinks) this.#before.set(sink.name, sink);
    this.#duplicates += duplicates;
    this.#run = undefined;
    this.#configured = "";
  }
}

/** Where one of these changes, receiving begins anew. */
function essence({ incoming, smsd, modems }: Inventory): string {
  const { spool } = smsd;
  return JSON.stringify([incoming, spool.incoming, spool.report, modems.map(({ name }) => name)]);
}
