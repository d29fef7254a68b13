import fc from "fast-check";
import { expect, test } from "vitest";
import { laneOf } from "../../../../agent/incoming/envelope.ts";
import {
  duplicateName,
  putAwayName,
  readName,
  stateName,
  stateOf,
  whyName,
  whyOf,
} from "../../../../agent/incoming/names.ts";
import { SeenIds } from "../../../../agent/incoming/seen-ids.ts";
import { maskSender } from "../../../../agent/views/messages.ts";
import type { IncomingMessage } from "../../../../core/model/message.ts";

const id = fc.stringMatching(/^[0-9a-f]{32}$/);
const at = fc
  .date({ min: new Date(0), max: new Date("2099-12-31"), noInvalidDate: true })
  .map((date) => date.getTime());

test("what a message is put away as can be read again, to the second", () => {
  fc.assert(
    fc.property(id, at, fc.integer({ min: 1, max: 99 }), (one, time, count) => {
      const second = Math.floor(time / 1000) * 1000;
      expect(readName(putAwayName(one, time))).toEqual({ id: one, at: second, duplicate: false });
      expect(readName(duplicateName(one, time, count))).toEqual({ id: one, at: second, duplicate: true });
      expect(whyOf(whyName(putAwayName(one, time)))).toBe(putAwayName(one, time));
      expect(stateOf(stateName(one))).toBe(one);
    }),
  );
});

test("names sort as the times do", () => {
  fc.assert(
    fc.property(id, id, at, at, (one, other, early, late) => {
      fc.pre(Math.floor(early / 1000) < Math.floor(late / 1000));
      expect(putAwayName(one, early) < putAwayName(other, late)).toBe(true);
    }),
  );
});

test("any other name is none of ours", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(readName(name)).toBeUndefined();
      expect(stateOf(name)).toBeUndefined();
    }),
  );
  for (const name of ["20261122T114501Z-abc", "x20261122T114501Z-00000000000000000000000000000000", "a.why", ".why"]) {
    expect(readName(name)).toBeUndefined();
    expect(whyOf(name)).toBeUndefined();
  }
});

test("ids are remembered as a Map would, within the window", () => {
  const step = fc.record({ key: fc.integer({ min: 0, max: 3000 }), at: fc.integer({ min: 1, max: 10_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4000 }), fc.integer({ min: 1, max: 5000 }), (steps, window) => {
      const seen = new SeenIds(window);
      const model = new Map<number, number>();
      let now = 0;
      for (const { key, at: second } of steps) {
        now = Math.max(now, second);
        seen.add(idOf(key), now * 1000);
        model.set(key, now);
      }
      for (let key = 0; key <= 3000; key += 1) {
        const time = model.get(key);
        expect(seen.has(idOf(key), now * 1000)).toBe(time !== undefined && now - time <= window);
      }
    }),
    { numRuns: 20 },
  );
});

test("a dead letter is remembered for ever, and no window remembers nothing else", () => {
  const seen = new SeenIds(0);
  seen.add(idOf(1), "for-ever");
  for (let key = 2; key < 5000; key += 1) seen.add(idOf(key), key * 1000);
  expect(seen.has(idOf(1), 5_000_000)).toBe(true);
  expect(seen.has(idOf(4999), 5_000_000)).toBe(false);
});

test("what was put away before the clock was set back still counts", () => {
  const seen = new SeenIds(3600);
  seen.add(idOf(1), Date.UTC(2026, 10, 22));
  expect(seen.has(idOf(1), Date.UTC(1970, 0, 1))).toBe(true);
});

/** Spread over all digits, as hashes are; some that differ in the last digits only. */
function idOf(key: number): string {
  return (key % 7 === 0 ? key : Math.imul(key, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0").repeat(4);
}

test("a lane is one sender's messages of one kind; without a sender, one modem's", () => {
  const of = (change: Partial<IncomingMessage>) =>
    laneOf({ kind: "message", from: "+491", modem: "A", ...change } as IncomingMessage);
  expect(of({ modem: "B" })).toBe(of({}));
  expect(of({ from: "+492" })).not.toBe(of({}));
  expect(of({ kind: "status-report" })).not.toBe(of({}));
  expect(of({ from: "" })).not.toBe(of({ from: "", modem: "B" }));
  expect(of({ from: "+491701234567" })).not.toContain("491701234567");
});

test.each([
  ["+491701234567", "+49…67"],
  ["4917012", "…2"],
  ["Bank", "B…"],
  ["😀x", "😀…"],
  ["", ""],
])("%j is shown as %j", (from, shown) => {
  expect(maskSender(from)).toBe(shown);
});
