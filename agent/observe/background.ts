import type { Clock } from "../../core/ports.ts";

/** Most questions are answered from what is known, within milliseconds; no pass waits longer for the others. */
const PATIENCE_MS = 200;

/** The latest answer to a question that may take seconds: one is asked at a time, and a late answer is for a later look. */
export class Background<T> {
  readonly #clock: Pick<Clock, "sleep">;
  readonly #onLate: () => void;
  #last: T | undefined;
  #work: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #late = false;

  /** `onLate`: an answer has come that nobody waited for any more. */
  constructor(clock: Pick<Clock, "sleep">, onLate: () => void) {
    this.#clock = clock;
    this.#onLate = onLate;
  }

  /**
   * The answer, or while it is not there the one before; undefined if there never was one.
   * @throws what the question failed with, once
   */
  async ask(question: () => Promise<T>): Promise<T | undefined> {
    this.#work ??= this.#answer(question);
    const patience = new AbortController();
    const inTime = this.#work.then(() => true);
    this.#late = !(await Promise.race([inTime, this.#clock.sleep(PATIENCE_MS, patience.signal).then(() => false)]));
    patience.abort();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
    return this.#last;
  }

  async #answer(question: () => Promise<T>): Promise<void> {
    this.#late = false;
    try {
      this.#last = await question();
    } catch (error) {
      this.#failure = { error };
    }
    this.#work = undefined;
    if (this.#late) this.#onLate();
  }
}
