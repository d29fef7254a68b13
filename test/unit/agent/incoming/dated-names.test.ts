import fc from "fast-check";
import { expect, it } from "vitest";
import { DatedNames } from "../../../../agent/incoming/dated-names.ts";

const SOURCE = { folder: "/incoming", known: new Set<string>() };
/** Times of which many are alike, on both sides of a second. */
const file = fc.record({
  name: fc.string({ minLength: 1, maxLength: 3 }),
  at: fc.integer({ min: -3, max: 3 }).map((offset) => 1_700_000_000_000_000_000n + BigInt(offset)),
});

it("names come out in the order of their times, those of one time together and by name", () => {
  fc.assert(
    fc.property(fc.uniqueArray(file, { selector: ({ name }) => name }), (files) => {
      const names = new DatedNames();
      for (const { name, at } of files) names.add({ source: SOURCE, name }, at);
      names.sort();
      const groups: string[][] = [];
      for (let group = names.take(); group.length > 0; group = names.take()) groups.push(group.map(({ name }) => name));
      const times = [...new Set(files.map(({ at }) => at))].sort();
      const expected = times.map((time) => files.filter(({ at }) => at === time).map(({ name }) => name));
      expect(groups).toEqual(expected.map((group) => group.sort()));
      expect(names.size).toBe(0);
    }),
  );
});

it("what was added and not sorted yet is not there", () => {
  const names = new DatedNames();
  names.add({ source: SOURCE, name: "GSM1.a" }, 1n);
  expect(names.size).toBe(0);
  expect(names.take()).toEqual([]);
});
