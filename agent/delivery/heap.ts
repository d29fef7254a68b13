/** A binary heap: what comes first by `before` is at hand, adding and taking cost O(log n). */
export class Heap<T> {
  readonly #before: (one: T, other: T) => boolean;
  readonly #entries: T[];

  /** Made with its first entry: most heaps of the delivery hold one, and an array that grows by itself takes room for 17. */
  constructor(before: (one: T, other: T) => boolean, ...first: readonly T[]) {
    this.#before = before;
    this.#entries = [...first];
    if (first.length > 1) this.#entries.sort((one, other) => (before(one, other) ? -1 : 1));
  }

  get size(): number {
    return this.#entries.length;
  }

  first(): T | undefined {
    return this.#entries[0];
  }

  add(entry: T): void {
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const other = entries[above] as T;
      if (!this.#before(entry, other)) break;
      entries[index] = other;
      index = above;
    }
    entries[index] = entry;
  }

  take(): T | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (entries.length > 0) this.#sink(last as T);
    return first;
  }

  /** Puts `entry` at the top and lets it sink to where it belongs. */
  #sink(entry: T): void {
    const entries = this.#entries;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= entries.length) break;
      const right = left + 1;
      const isRight = right < entries.length && this.#before(entries[right] as T, entries[left] as T);
      const below = isRight ? right : left;
      if (!this.#before(entries[below] as T, entry)) break;
      entries[index] = entries[below] as T;
      index = below;
    }
    entries[index] = entry;
  }
}
