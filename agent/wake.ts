import type { MonotonicClock } from "../core/agent-ports.ts";
import type { Clock } from "../core/ports.ts";

/** Between the first hint and the look: events come in bursts, and a device's terminals appear after the device. */
const SETTLE_MS = 150;
/** Two looks are never closer than this, whatever calls for them. */
const LEAST_GAP_MS = 50;

/**
 * What the loop sleeps on. Events carry nothing but "look again": a hundred of them while the loop works or settles make
 * one further look.
 */
export class Wake {
  readonly #monotonic: Pick<MonotonicClock, "now">;
  readonly #clock: Pick<Clock, "sleep">;
  /** When somebody asked for a look; never put off by who asks later. */
  #asked = Number.POSITIVE_INFINITY;
  #nap: AbortController | undefined;

  constructor(monotonic: Pick<MonotonicClock, "now">, clock: Pick<Clock, "sleep">) {
    this.#monotonic = monotonic;
    this.#clock = clock;
  }

  /** Look again in `settle` milliseconds, or earlier if that was asked for before. */
  soon(settle: number = SETTLE_MS): void {
    this.#asked = Math.min(this.#asked, this.#monotonic.now() + settle);
    this.#nap?.abort();
  }

  /** Sleeps until `at` (monotonic milliseconds), until it is asked for, or until `signal` ends everything. */
  async until(at: number, signal: AbortSignal): Promise<void> {
    const earliest = this.#monotonic.now() + LEAST_GAP_MS;
    const stop = () => this.#nap?.abort();
    signal.addEventListener("abort", stop);
    while (!signal.aborted) {
      const due = Math.max(earliest, Math.min(this.#asked, at));
      const wait = due - this.#monotonic.now();
      if (wait <= 0) break;
      this.#nap = new AbortController();
      await this.#clock.sleep(wait, this.#nap.signal);
    }
    signal.removeEventListener("abort", stop);
    this.#nap = undefined;
    this.#asked = Number.POSITIVE_INFINITY;
  }
}
