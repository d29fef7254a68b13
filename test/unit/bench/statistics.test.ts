import { describe, expect, it } from "vitest";
import { percentile, spread } from "../../../bench/statistics.ts";

describe("the spread of measurements", () => {
  it.each([
    ["one", [3], { median: 3, min: 3, max: 3 }],
    ["an odd number, sorted as numbers", [10, 9, 100], { median: 10, min: 9, max: 100 }],
    ["an even number", [4, 1, 3, 2], { median: 2.5, min: 1, max: 4 }],
  ])("of %s", (_what, values, expected) => {
    expect(spread(values)).toEqual(expected);
  });

  it("of none is refused", () => {
    expect(() => spread([])).toThrow("nothing was measured");
  });
});

describe("a percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    ["of one", [3], 0.99, 3],
    ["the middle of an odd number", [10, 9, 100], 0.5, 10],
    ["what 99 of 100 do not exceed", hundred, 0.99, 99],
    ["all", hundred, 1, 100],
  ])("%s", (_what, values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it("of none is refused", () => {
    expect(() => percentile([], 0.5)).toThrow("nothing was measured");
  });
});
