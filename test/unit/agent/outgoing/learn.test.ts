import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type Learned, learn, tellFailures, withoutTold } from "../../../../agent/outgoing/learn.ts";
import { NOTHING_LEARNED, type OutgoingMemory } from "../../../../agent/outgoing/memory.ts";

const DAY = 86_400_000_000;
const NOW = 1_000 * DAY;

function failed(destination: string, at: number, reason = "+CMS ERROR: 38"): Learned {
  return { outcome: "failed", destination, modem: "SIM7600", at, reason };
}

function sent(destination: string, at: number): Learned {
  return { outcome: "sent", destination, modem: "SIM7600", at, reason: "" };
}

function rows(memory: OutgoingMemory): Record<string, number> {
  return Object.fromEntries(Object.entries(memory.destinations).map(([key, { failures }]) => [key, failures]));
}

describe("failures in a row", () => {
  it("are counted for each destination, with the last reason", () => {
    const memory = learn(
      NOTHING_LEARNED,
      [failed("a", NOW), failed("b", NOW + 1), failed("a", NOW + 2, "barred")],
      NOW,
    );
    expect(memory.destinations).toEqual({
      a: { failures: 2, reason: "barred", at: NOW + 2 },
      b: { failures: 1, reason: "+CMS ERROR: 38", at: NOW + 1 },
    });
  });

  it("end with a message that was sent later, in whatever order they are learned", () => {
    expect(rows(learn(NOTHING_LEARNED, [sent("a", NOW + 1), failed("a", NOW)], NOW))).toEqual({});
    expect(rows(learn(NOTHING_LEARNED, [failed("a", NOW + 1), sent("a", NOW)], NOW))).toEqual({ a: 1 });
    const before = learn(NOTHING_LEARNED, [failed("a", NOW)], NOW);
    expect(rows(learn(before, [sent("a", NOW - 1)], NOW))).toEqual({ a: 1 });
    expect(rows(learn(before, [sent("a", NOW + 1)], NOW))).toEqual({});
    expect(rows(learn(before, [sent("b", NOW + 1)], NOW))).toEqual({ a: 1 });
  });

  it("are not a destination's where smsd itself refused the message", () => {
    const { modem: _, ...refused } = failed("a", NOW);
    expect(learn(NOTHING_LEARNED, [refused, { outcome: "failed", modem: "m", at: NOW, reason: "x" }], NOW)).toBe(
      NOTHING_LEARNED,
    );
  });

  it("are forgotten after 30 days", () => {
    const before = learn(NOTHING_LEARNED, [failed("a", NOW)], NOW);
    expect(learn(before, [], NOW + 30 * DAY)).toBe(before);
    expect(rows(learn(before, [], NOW + 30 * DAY + 1))).toEqual({});
  });

  it("are kept for the 300 destinations that failed last", () => {
    const many = Array.from({ length: 400 }, (_, index) => failed(`d${index}`, NOW + index));
    const kept = rows(learn(NOTHING_LEARNED, many, NOW));
    expect(Object.keys(kept)).toHaveLength(300);
    expect(kept).toMatchObject({ d399: 1, d100: 1 });
  });
});

test("however failures are dealt out, each is told exactly once", () => {
  const message = fc
    .record({ destination: fc.constantFrom("a", "b", "c"), at: fc.nat(100), reason: fc.string({ maxLength: 1 }) })
    .map(({ destination, at, reason }) => failed(destination, at, reason));
  fc.assert(
    fc.property(fc.array(fc.array(message, { maxLength: 40 }), { maxLength: 5 }), (batches) => {
      let untold: ReturnType<typeof tellFailures> = [];
      let told = 0;
      for (const batch of batches) {
        const shown = untold;
        untold = tellFailures(untold, batch);
        expect(untold.length).toBeLessThanOrEqual(21);
        untold = withoutTold(untold, shown);
        told += shown.reduce((sum, { count }) => sum + count, 0);
      }
      told += untold.reduce((sum, { count }) => sum + count, 0);
      expect(told).toBe(batches.flat().length);
    }),
  );
});

test("those that failed alike are told as one", () => {
  expect(tellFailures([], [failed("a", 1), failed("a", 2), failed("b", 3), sent("a", 4)])).toEqual([
    { count: 2, destination: "a", modem: "SIM7600", reason: "+CMS ERROR: 38" },
    { count: 1, destination: "b", modem: "SIM7600", reason: "+CMS ERROR: 38" },
  ]);
});
