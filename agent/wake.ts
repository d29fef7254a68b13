import type { MonotonicClock } from "../core/agent-ports.ts";

/** Between the first hint and the look: events come in bursts, and a device's terminals appear after the device. */
const SETTLE_MS = 150;
/** Two looks are never closer than this, whatever calls for them. */
const LEAST_GAP_MS = 50;

/**
 * What the loop sleeps on. Events carry nothing but "look again": a hundred of them while the loop works or settles make
 * one further look.
 */
export class Wake {
  readonly #clock: MonotonicClock;
  #due = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #sleeper: (() => void) | undefined;

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
  }

  /** Look again soon. A later call does not push an earlier one back, so that a storm cannot put the look off for ever. */
  soon(settle: number = SETTLE_MS): void {
    this.#due = Math.min(this.#due, this.#clock.now() + settle);
    this.#arm();
  }

  /** Sleeps until `at` (monotonic milliseconds), or until called before. */
  async until(at: number, signal: AbortSignal): Promise<void> {
    const earliest = this.#clock.now() + LEAST_GAP_MS;
    this.#due = Math.max(earliest, Math.min(this.#due, at));
    const stop = () => this.#wakeNow();
    signal.addEventListener("abort", stop, { once: true });
    await new Promise<void>((resolve) => {
      this.#sleeper = resolve;
      if (signal.aborted) this.#wakeNow();
      else this.#arm();
    });
    signal.removeEventListener("abort", stop);
  }

  #arm(): void {
    if (!this.#sleeper) return;
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#due - this.#clock.now());
    this.#timer = setTimeout(() => this.#wakeNow(), wait);
  }

  #wakeNow(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    const sleeper = this.#sleeper;
    this.#sleeper = undefined;
    sleeper?.();
  }
}
