interface Entry {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/** What will happen in the world, in the order of time; what is due at the same moment happens in the order of planning. */
export class Agenda {
  #entries: Entry[] = [];
  #planned = 0;

  plan(at: number, happen: () => void): void {
    const entry = { at, order: this.#planned, happen };
    this.#planned += 1;
    let index = this.#entries.length;
    while (index > 0 && isLater(this.#entries[index - 1], entry)) index -= 1;
    this.#entries.splice(index, 0, entry);
  }

  /** Time of what happens next; Infinity if nothing does. */
  get next(): number {
    return this.#entries[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  take(): Entry | undefined {
    return this.#entries.shift();
  }
}

function isLater(one: Entry | undefined, than: Entry): boolean {
  return one !== undefined && (one.at > than.at || (one.at === than.at && one.order > than.order));
}
