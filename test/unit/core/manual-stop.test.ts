import fc from "fast-check";
import { expect, test } from "vitest";
import { flagText } from "../../../agent/commands/stop-flag.ts";
import { judgeStopFlag, type StopFlag, stopNote, termsOf } from "../../../core/manual-stop.ts";

const RULES = { trustedUsers: ["rom"], clearAfter: 1800, longestExpiry: 4 * 3600 };
const SET = Date.parse("2030-01-01T12:00:00Z");

function flag(change: Partial<StopFlag> = {}): StopFlag {
  return { kind: "file", owner: "root", modifiedAt: SET, content: "", ...change };
}

function inForceAfter(minutes: number, change: Partial<StopFlag> = {}): boolean {
  return judgeStopFlag(flag(change), RULES, SET + minutes * 60_000).inForce;
}

test("a flag made by touch holds for half an hour", () => {
  expect(inForceAfter(0)).toBe(true);
  expect(inForceAfter(29)).toBe(true);
  expect(inForceAfter(30)).toBe(false);
});

test("an expiry is obeyed, up to the longest that is allowed", () => {
  const inOneHour = `expire:${SET / 1000 + 3600}\nstopped by hand\n`;
  expect(inForceAfter(59, { content: inOneHour })).toBe(true);
  expect(inForceAfter(60, { content: inOneHour })).toBe(false);
  const nextYear = `expire:${SET / 1000 + 365 * 86_400}\n`;
  expect(inForceAfter(239, { content: nextYear })).toBe(true);
  expect(inForceAfter(240, { content: nextYear })).toBe(false);
});

test("garbage in it makes it a flag without an expiry", () => {
  expect(inForceAfter(29, { content: "expire:soon\n" })).toBe(true);
  expect(inForceAfter(31, { content: "expire:99999999999999999999\n" })).toBe(false);
});

test.each<[string, Partial<StopFlag>]>([
  ["a link", { kind: "link" }],
  ["a folder", { kind: "directory" }],
  ["somebody else's file", { owner: "nobody" }],
  ["a file from the future", { modifiedAt: SET + 3_600_000 }],
])("%s does not count", (_what, change) => {
  expect(inForceAfter(1, change)).toBe(false);
});

test("a trusted user's flag counts", () => {
  expect(inForceAfter(1, { owner: "rom" })).toBe(true);
});

test("how long a flag lasts is counted by the clock it was written by", () => {
  expect(termsOf(flag(), RULES)).toEqual({ lasts: 1_800_000, expires: false });
  // A board without a clock battery, just booted: both times are wrong, and their difference is right.
  expect(termsOf(flag({ modifiedAt: 60_000, content: "expire:3660" }), RULES)).toEqual({
    lasts: 3_600_000,
    expires: true,
  });
  expect(termsOf(flag({ content: "expire:1" }), RULES).lasts).toBeLessThan(0);
});

test("a time that no date can say is no crash", () => {
  expect(judgeStopFlag(flag({ modifiedAt: -1e17 }), RULES, SET)).toMatchObject({
    inForce: false,
    sentence: expect.stringContaining("an impossible time"),
  });
});

test("an expiry counts on the first line only", () => {
  const second = `stopped by hand\nexpire:${SET / 1000 + 7200}\n`;
  expect(inForceAfter(29, { content: second })).toBe(true);
  expect(inForceAfter(31, { content: second })).toBe(false);
});

test.each([
  ["", {}],
  ["expire:1768687200\n", {}],
  [
    "expire:1768687200\n[2026-01-17T20:44:01.000Z] smsd was stopped by alice: new SIM: tonight\n",
    { by: "alice", reason: "new SIM: tonight" },
  ],
  ["[2026-01-17T20:44:01.000Z] smsd was stopped by alice\n", { by: "alice" }],
  ["debugging the modem, do not touch\nexpire:5\n", { reason: "debugging the modem, do not touch" }],
  ["\n\n  later  \n", { reason: "later" }],
])("what %j says for people", (content, note) => {
  expect(stopNote({ content })).toEqual(note);
});

test("what `modemkeeper smsd stop` writes is understood, whatever the reason", () => {
  const reason = fc.string({ unit: "grapheme", maxLength: 100 }).filter((text) => !/\p{Cc}|[\u2028\u2029]/u.test(text));
  fc.assert(
    fc.property(reason, fc.option(fc.integer({ min: 1, max: 14_400 })), (why, seconds) => {
      const text = why.trim();
      const flag = { now: SET, user: "alice", reason: text, ...(seconds === null ? {} : { seconds }) };
      expect(stopNote({ content: flagText(flag) })).toEqual({ by: "alice", ...(text === "" ? {} : { reason: text }) });
    }),
  );
});
