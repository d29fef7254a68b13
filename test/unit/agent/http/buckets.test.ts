import fc from "fast-check";
import { expect, test } from "vitest";
import { Buckets, peerKey } from "../../../../agent/http/buckets.ts";

test("so many at once, then one at a time; who waits as long as told gets one", () => {
  const buckets = new Buckets({ burst: 3, perSecond: 0.5 });
  expect([0, 0, 0].map(() => buckets.take("a", 0))).toEqual([0, 0, 0]);
  expect(buckets.take("a", 0)).toBe(2);
  expect(buckets.take("b", 0)).toBe(0);
  expect(buckets.take("a", 1_999)).toBeGreaterThan(0);
  expect(buckets.take("a", 2_000)).toBe(0);
  expect(buckets.take("a", 2_000)).toBe(2);
});

test("a look takes none", () => {
  const buckets = new Buckets({ burst: 1, perSecond: 1 });
  expect([buckets.wait("a", 0), buckets.wait("a", 0), buckets.take("a", 0), buckets.wait("a", 0)]).toEqual([
    0, 0, 0, 1,
  ]);
});

test("however requests come, never more than the burst and what time has added", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }),
      (burst, perSecond, gaps) => {
        const buckets = new Buckets({ burst, perSecond });
        let now = 0;
        let taken = 0;
        for (const gap of gaps) {
          now += gap;
          if (buckets.take("a", now) === 0) taken += 1;
          expect(taken).toBeLessThanOrEqual(burst + (now / 1000) * perSecond + 1e-6);
        }
      },
    ),
  );
});

test("memory does not grow with the number of peers, and who is busy is not forgotten for those who come once", () => {
  const buckets = new Buckets({ burst: 1, perSecond: 0.001 });
  buckets.take("busy", 0);
  for (let i = 0; i < 5_000; i += 1) {
    buckets.take(`peer ${i}`, 0);
    if (i % 500 === 0) expect(buckets.take("busy", 2_000_000 * (i / 500 + 1))).toBe(0);
  }
  // A peer of long ago starts anew: it was forgotten.
  expect(buckets.take("peer 0", 0)).toBe(0);
  expect(buckets.take("peer 4999", 0)).toBeGreaterThan(0);
});

test.each([
  ["192.168.1.7", "192.168.1.7"],
  ["socket", "socket"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
])("%s counts as %s", (address, key) => {
  expect(peerKey(address)).toBe(key);
});
