export interface JournalEntry {
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  /** bInterfaceNumber; -1 for the device as a whole. */
  readonly interface: number;
  /** `>` from the host, `<` from the modem, `*` an event on the wire. */
  readonly direction: "<" | ">" | "*";
  readonly text: string;
}

const LIMIT = 20_000;

/** What was said on the ports, oldest first; forgets the oldest when it is long. */
export class Journal {
  #entries: JournalEntry[] = [];

  add(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > LIMIT) this.#entries.splice(0, LIMIT / 2);
  }

  /** Entries after `since` (milliseconds since 1970), at most the last `limit`. */
  entries(since = 0, limit = LIMIT): readonly JournalEntry[] {
    return this.#entries.filter(({ at }) => at > since).slice(-limit);
  }
}
