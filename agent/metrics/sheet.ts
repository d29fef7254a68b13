import type { LabelsOf, MetricName, NameOf } from "./catalogue.ts";

export type Labels = Readonly<Record<string, string>>;

/** One series of a counter or gauge. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One series of a histogram. */
export interface Distribution {
  readonly labels: Labels;
  /** How many were at most `bound`, and above the bound before it; ascending, the last bound is Infinity. */
  readonly buckets: readonly { readonly bound: number; readonly count: number }[];
  readonly sum: number;
}

/** Values by metric, put together for one answer. What is not known is not there: never a 0 in its place. */
export class Sheet {
  readonly samples = new Map<MetricName, Sample[]>();
  readonly distributions = new Map<MetricName, readonly Distribution[]>();

  set<N extends NameOf<"counter" | "gauge">>(name: N, value: number | boolean | undefined, labels: LabelsOf<N>): void {
    if (value === undefined || Number.isNaN(value)) return;
    const known = this.samples.get(name);
    const sample = { labels, value: Number(value) };
    if (known) known.push(sample);
    else this.samples.set(name, [sample]);
  }

  add(name: NameOf<"counter">, samples: Iterable<Sample>): void {
    const all = [...samples];
    if (all.length > 0) this.samples.set(name, [...(this.samples.get(name) ?? []), ...all]);
  }

  distribute(name: NameOf<"histogram">, distributions: Iterable<Distribution>): void {
    this.distributions.set(name, [...distributions]);
  }
}
