import { expect, test } from "vitest";
import { CATALOGUE, METRIC_NAMES, type MetricName } from "../../../../agent/metrics/catalogue.ts";
import { metricsOfHistory, SECRETS } from "../../../helpers/metrics-of-history.ts";
import { parseExposition, type Series } from "../../../helpers/parse-exposition.ts";

/** Series of a gateway with three modems and two receivers; a histogram has some twenty for each. */
const MOST_SERIES = 600;
const SUFFIX = /_(bucket|sum|count)$/;

function metricOf({ name }: Series): MetricName {
  const known = METRIC_NAMES.find((metric) => metric === name || metric === name.replace(SUFFIX, ""));
  if (!known) throw new Error(`${name} is not in the catalogue`);
  return known;
}

test("over random histories of faults every answer is well formed, as the catalogue says, and of bounded size", () => {
  let answers = 0;
  for (let seed = 1; seed <= 15; seed += 1) {
    let before = new Map<string, number>();
    metricsOfHistory(seed, (text, isNew) => {
      answers += 1;
      const { series, types } = parseExposition(text);
      expect(series.length).toBeLessThan(MOST_SERIES);
      const now = new Map<string, number>();
      for (const one of series) {
        const metric = metricOf(one);
        const { labels, type } = CATALOGUE[metric];
        expect(types.get(metric)).toBe(type);
        expect(Object.keys(one.labels).filter((label) => label !== "le")).toEqual(labels);
        expect(Number.isNaN(one.value)).toBe(false);
        if (type !== "gauge") now.set(`${one.name} ${JSON.stringify(one.labels)}`, one.value);
      }
      if (!isNew) for (const [key, value] of before) expect(now.get(key), key).toBeGreaterThanOrEqual(value);
      before = now;
      for (const secret of SECRETS) expect(text).not.toContain(secret);
    });
  }
  expect(answers).toBeGreaterThan(500);
});
