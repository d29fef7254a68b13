import { Problem } from "./problem.ts";

/** What would do harm, or cost too much, if many asked for it at once. */
export class Turns {
  readonly #busy = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  /** Does it unless it is being done for somebody else. @throws Problem already-running, saying `why` */
  async alone<T>(name: string, why: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy.has(name)) throw new Problem("already-running", why);
    this.#busy.add(name);
    try {
      return await work();
    } finally {
      this.#busy.delete(name);
    }
  }

  /** Does it when everything that was asked for before is done. */
  async inOrder<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }
}
