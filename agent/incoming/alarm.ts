import type { MonotonicClock } from "../../core/agent-ports.ts";
import type { Clock } from "../../core/ports.ts";

/** Calls back once at the earliest time that was asked for. */
export class Alarm {
  readonly #clock: Pick<Clock, "sleep">;
  readonly #monotonic: Pick<MonotonicClock, "now">;
  readonly #ring: () => void;
  #at = Number.POSITIVE_INFINITY;
  #nap: AbortController | undefined;
  #stopped = false;

  constructor(clock: Pick<Clock, "sleep">, monotonic: Pick<MonotonicClock, "now">, ring: () => void) {
    this.#clock = clock;
    this.#monotonic = monotonic;
    this.#ring = ring;
  }

  /** Rings at `at` (monotonic milliseconds), or before if that was asked for. */
  set(at: number): void {
    if (this.#stopped || at >= this.#at) return;
    this.#at = at;
    this.#nap?.abort();
    const nap = new AbortController();
    this.#nap = nap;
    void this.#sleep(at, nap.signal);
  }

  stop(): void {
    this.#stopped = true;
    this.#nap?.abort();
  }

  async #sleep(at: number, signal: AbortSignal): Promise<void> {
    // The clock may be coarse: never before the time.
    for (let now = this.#monotonic.now(); now < at && !signal.aborted; now = this.#monotonic.now()) {
      await this.#clock.sleep(Math.max(1, at - now), signal);
    }
    if (signal.aborted) return;
    this.#at = Number.POSITIVE_INFINITY;
    this.#nap = undefined;
    this.#ring();
  }
}
