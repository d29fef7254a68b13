import { CATALOGUE, METRIC_NAMES, type MetricName } from "./catalogue.ts";
import type { Distribution, Labels, Sample, Sheet } from "./sheet.ts";

/** What a scraper is told that it gets. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): metrics in the catalogue's order,
 * series by their labels, so that two answers can be compared line by line. Metrics without a value are left out.
 */
export function exposition({ samples, distributions }: Sheet): string {
  const parts = METRIC_NAMES.map((name) => {
    const body =
      CATALOGUE[name].type === "histogram" ? histogram(name, distributions.get(name)) : plain(name, samples.get(name));
    return body === "" ? "" : `${heading(name)}${body}`;
  });
  return parts.join("");
}

function heading(name: MetricName): string {
  const { help, type } = CATALOGUE[name];
  return `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
}

function plain(name: MetricName, samples: readonly Sample[] = []): string {
  return inOrder(samples)
    .map(({ key, sample }) => `${name}${braced(key)} ${numberText(sample.value)}\n`)
    .join("");
}

function histogram(name: MetricName, distributions: readonly Distribution[] = []): string {
  return inOrder(distributions)
    .map(({ key, sample: { buckets, sum } }) => {
      let count = 0;
      const lines = buckets.map((bucket) => {
        count += bucket.count;
        return `${name}_bucket${braced(joined(key, pair("le", numberText(bucket.bound))))} ${count}\n`;
      });
      return `${lines.join("")}${name}_sum${braced(key)} ${numberText(sum)}\n${name}_count${braced(key)} ${count}\n`;
    })
    .join("");
}

function inOrder<T extends { readonly labels: Labels }>(samples: readonly T[]) {
  const keyed = samples.map((sample) => ({ key: labelText(sample.labels), sample }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, value]) => pair(label, value))
    .join(",");
}

function pair(label: string, value: string): string {
  return `${label}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

function joined(key: string, last: string): string {
  return key === "" ? last : `${key},${last}`;
}

function braced(key: string): string {
  return key === "" ? "" : `{${key}}`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}
