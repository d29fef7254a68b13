/** One event as it was sent, with its number. */
export interface Numbered {
  readonly number: number;
  readonly text: string;
}

/** What was sent last, for those who come back. Bounded in number and in characters. */
export class Ring {
  readonly #kept: Numbered[] = [];
  readonly #most: { readonly events: number; readonly characters: number };
  #characters = 0;

  constructor(most: { readonly events: number; readonly characters: number }) {
    this.#most = most;
  }

  add(event: Numbered): void {
    this.#kept.push(event);
    this.#characters += event.text.length;
    while (this.#kept.length > this.#most.events || this.#characters > this.#most.characters) {
      const oldest = this.#kept.shift();
      if (!oldest) return;
      this.#characters -= oldest.text.length;
    }
  }

  /** What came after `number`, oldest first. */
  after(number: number): readonly Numbered[] {
    return this.#kept.filter((event) => event.number > number);
  }
}
