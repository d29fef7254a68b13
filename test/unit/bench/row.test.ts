import { describe, expect, it } from "vitest";
import { meetsTargets, type Row, ratioOf, type Series } from "../../../bench/row.ts";

function series(...values: number[]): Series {
  return { of: "any", values, cpuSeconds: [], peakBytes: [] };
}

const FASTER: Row["targets"] = [{ kind: "times-faster", limit: 10 }];
const GROWTH: Row["targets"] = [{ kind: "times-as-much", limit: 2 }];

describe("the ratio", () => {
  it("is the peer's median by ours where the target is to be faster", () => {
    const row: Row = { name: "x", unit: "s", ours: series(1, 9, 2), peer: series(20, 40, 10), targets: FASTER };
    expect(ratioOf(row)).toBe(10);
  });

  it("is our median by the peer's where the target limits growth", () => {
    expect(ratioOf({ name: "x", unit: "s", ours: series(3), peer: series(2), targets: GROWTH })).toBe(1.5);
  });

  it("is absent without a peer", () => {
    expect(ratioOf({ name: "x", unit: "s", ours: series(1), targets: FASTER })).toBeUndefined();
  });
});

describe("a row meets its targets", () => {
  it.each([
    ["as fast as the limit", series(1), FASTER, true],
    ["just slower", series(1.01), FASTER, false],
    ["grown as much as the limit", series(20), GROWTH, true],
    ["grown more", series(20.1), GROWTH, false],
    ["within its seconds", series(0.3), [{ kind: "at-most", limit: 0.3 }], true],
    ["over its seconds", series(0.31), [{ kind: "at-most", limit: 0.3 }], false],
    ["as many a second as wanted", series(1500), [{ kind: "at-least", limit: 1500 }], true],
    ["fewer", series(1499), [{ kind: "at-least", limit: 1500 }], false],
    ["as much more than the peer as is allowed", series(15), [{ kind: "over-peer", limit: 5 }], true],
    ["too much more", series(15.1), [{ kind: "over-peer", limit: 5 }], false],
    ["one of two missed", series(0.5), [{ kind: "at-most", limit: 0.3 }, ...FASTER], false],
  ] as const)("%s", (_what, ours, targets, met) => {
    expect(meetsTargets({ name: "x", unit: "s", ours, peer: series(10), targets })).toBe(met);
  });

  it("not when there is nothing to compare with", () => {
    expect(meetsTargets({ name: "x", unit: "s", ours: series(0.1), targets: FASTER })).toBe(false);
  });
});
