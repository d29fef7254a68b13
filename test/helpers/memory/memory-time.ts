interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Turns of the event loop in which nothing happened before the clock moves on by itself. */
const QUIET_TURNS = 5;

/**
 * Time that passes only when everybody sleeps: then both clocks jump to where the first sleeper wakes. So waits cost
 * nothing, and several at once end in their order. With `jumps` off, time moves by `advance` alone.
 */
export class MemoryTime {
  jumps = true;
  /** Milliseconds since boot. */
  monotonic = 1_000_000;
  readonly #advanceWall: (milliseconds: number) => void;
  readonly #sleepers = new Set<Sleeper>();
  #watching = false;
  #quietTurns = 0;
  #pending = 0;

  /** `advanceWall` moves the wall clock along. */
  constructor(advanceWall: (milliseconds: number) => void) {
    this.#advanceWall = advanceWall;
  }

  /** Returns early when `signal` aborts, and then no longer makes time pass. */
  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.stir();
    if (signal?.aborted) return;
    let stop = () => {};
    await new Promise<void>((wake) => {
      const sleeper = { due: this.monotonic + milliseconds, wake };
      this.#sleepers.add(sleeper);
      stop = () => this.#wake(sleeper);
      signal?.addEventListener("abort", stop);
      this.#watch();
    });
    signal?.removeEventListener("abort", stop);
  }

  /** Lets time pass, waking sleepers in their order. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.monotonic + milliseconds;
    for (let next = this.#next(); next && next.due <= end; next = this.#next()) {
      this.#moveTo(next.due);
      this.#wake(next);
      await this.#quiet();
    }
    this.#moveTo(end);
    await this.#quiet();
  }

  /** Something happens: time stands still a little longer. */
  stir(): void {
    this.#quietTurns = 0;
  }

  /** Time stands still until real work, such as reading a template from disk, is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      return await work;
    } finally {
      this.#pending -= 1;
      this.stir();
    }
  }

  /** Lets everything run that needs no time, and waits for real work. */
  async #quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns = this.#pending > 0 ? 0 : turns + 1) {
      await new Promise((done) => setImmediate(done));
    }
  }

  #watch(): void {
    if (!this.jumps || this.#watching) return;
    this.#watching = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#watching = false;
    const next = this.#next();
    if (!next || !this.jumps) return;
    this.#quietTurns += 1;
    if (this.#quietTurns >= QUIET_TURNS && this.#pending === 0) {
      this.stir();
      this.#moveTo(next.due);
      this.#wake(next);
    }
    this.#watch();
  }

  #next(): Sleeper | undefined {
    return [...this.#sleepers].sort((a, b) => a.due - b.due)[0];
  }

  #wake(sleeper: Sleeper): void {
    if (this.#sleepers.delete(sleeper)) sleeper.wake();
  }

  #moveTo(monotonic: number): void {
    const step = Math.max(0, monotonic - this.monotonic);
    this.monotonic += step;
    this.#advanceWall(step);
  }
}
