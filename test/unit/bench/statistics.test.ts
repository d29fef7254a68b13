import { describe, expect, it } from "vitest";
import { spread } from "../../../bench/statistics.ts";

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
