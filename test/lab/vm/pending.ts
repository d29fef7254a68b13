interface Waiting<T> {
  readonly settle: () => void;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Requests on their way, by id: each is answered, refused, or times out. */
export class Pending<T> {
  readonly #waiting = new Map<number, Waiting<T>>();
  #next = 1;

  /** Calls `send` with a fresh id and waits for `answer(id)`; throws `late` after `seconds`. */
  async ask(send: (id: number) => void, seconds: number, late: string): Promise<T> {
    const id = this.#next++;
    return await new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.refuse(id, new Error(late)), seconds * 1000);
      this.#waiting.set(id, { settle: () => clearTimeout(timer), resolve, reject });
      send(id);
    });
  }

  answer(id: number, value: T): void {
    this.#end(id)?.resolve(value);
  }

  refuse(id: number, error: Error): void {
    this.#end(id)?.reject(error);
  }

  refuseAll(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.refuse(id, error);
  }

  #end(id: number): Waiting<T> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle();
    return waiting;
  }
}
