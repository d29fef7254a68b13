import type { Distribution, Labels, Sample } from "./sheet.ts";

/** Of one metric; far above what a gateway with eight modems and ten receivers has. More of them would be an error of ours. */
const MOST_SERIES = 500;

/** A sum for each set of labels. Its labels never come from outside; should they all the same, it does not grow for ever. */
export class Tally {
  readonly #sums = new Map<string, { readonly labels: Labels; value: number }>();

  add(labels: Labels, amount = 1): void {
    const key = JSON.stringify(labels);
    const known = this.#sums.get(key);
    if (known) known.value += amount;
    else if (this.#sums.size < MOST_SERIES) this.#sums.set(key, { labels, value: amount });
  }

  /** Forgets series of what no longer exists. */
  retain(exists: (labels: Labels) => boolean): void {
    for (const [key, { labels }] of this.#sums) if (!exists(labels)) this.#sums.delete(key);
  }

  samples(): Iterable<Sample> {
    return this.#sums.values();
  }
}

/** How values spread over buckets, for each value of one label. */
export class Spread {
  readonly #label: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { readonly counts: number[]; sum: number }>();

  /** @param bounds ascending, without infinity */
  constructor(label: string, bounds: readonly number[]) {
    this.#label = label;
    this.#bounds = [...bounds, Number.POSITIVE_INFINITY];
  }

  /** Makes the series known before anything was observed: its first increase can be seen then. */
  prepare(label: string): void {
    if (this.#series.has(label) || this.#series.size >= MOST_SERIES) return;
    this.#series.set(label, { counts: this.#bounds.map(() => 0), sum: 0 });
  }

  observe(label: string, value: number): void {
    this.prepare(label);
    const series = this.#series.get(label);
    if (!series) return;
    const index = this.#bounds.findIndex((bound) => value <= bound);
    series.counts[index] = (series.counts[index] ?? 0) + 1;
    series.sum += value;
  }

  retain(exists: (label: string) => boolean): void {
    for (const label of this.#series.keys()) if (!exists(label)) this.#series.delete(label);
  }

  distributions(): readonly Distribution[] {
    return [...this.#series].map(([value, { counts, sum }]) => ({
      labels: { [this.#label]: value },
      buckets: this.#bounds.map((bound, index) => ({ bound, count: counts[index] ?? 0 })),
      sum,
    }));
  }
}
