import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogDigest, Moment } from "../../../agent/model/observation.ts";
import { digestLog, EMPTY_DIGEST, messagePassed, notable } from "../../../agent/observe/log-digest.ts";
import { parseLog, type SmsdLogLine } from "../../../core/smsd-log.ts";

const WALL = new Date("2026-01-17T19:44:10").getTime();
const NOW: Moment = { wall: WALL, monotonic: 5_000_000, bootId: "b" };
const later = (seconds: number): Moment => ({
  ...NOW,
  wall: WALL + seconds * 1000,
  monotonic: NOW.monotonic + seconds * 1000,
});

const lines = (text: string, process = "GSM1", severity = 3): readonly SmsdLogLine[] =>
  parseLog(
    text
      .split("\n")
      .map((one) => `2026-01-17 19:44:00,${severity}, ${process}: ${one}`)
      .join("\n"),
  );
const STARTED = digestLog(EMPTY_DIGEST, lines("Smsd v3.1.21 started.", "smsd", 2), NOW);
const reading = (text: string, at = later(1), before: LogDigest = STARTED) => digestLog(before, lines(text), at);

test("what came before smsd's start is of no more account", () => {
  const before = reading("Modem did not accept this PIN\nwrite_to_modem: error 5: x");
  expect(digestLog(before, lines("Smsd v3.1.21 started.", "smsd", 2), later(2))).toEqual({
    started: true,
    modems: {},
    fatal: [],
  });
});

test("smsd's end takes the start away and keeps what was said last", () => {
  const said = digestLog(STARTED, lines("Cannot start. See the log", "smsd", 2), later(1));
  const ended = digestLog(said, lines("Smsd mainprocess terminated. PID: 1", "smsd", 2), later(2));
  expect(ended).toMatchObject({ started: false, fatal: ["Cannot start. See the log"] });
});

test("an answer of the modem ends its trouble and its block", () => {
  const troubled = reading(
    "Modem is not ready to answer commands (Timeouts: 3)\nFatal error: sending failed 3 times. Blocking 60 sec.",
  );
  expect(troubled.modems.GSM1).toMatchObject({ trouble: { kind: "sending" }, blocked: { seconds: 60 } });
  expect(reading("No SMS received", later(5), troubled).modems.GSM1).toEqual({
    ioErrors: [],
    readyAt: later(5).monotonic,
  });
});

test("a poll that was interrupted is no answer", () => {
  expect(reading("Command failed.\nNo SMS received (reading interrupted)").modems.GSM1?.readyAt).toBeUndefined();
});

test("trouble lasts since its first line, whatever it turns into", () => {
  const first = reading("Couldn't open serial port /dev/x, error: y, waiting 2 sec.", later(1));
  const second = reading("Modem is not ready to answer commands", later(9), first);
  expect(second.modems.GSM1?.trouble).toEqual({
    since: later(1).monotonic,
    at: later(9).monotonic,
    kind: "not-answering",
    text: "Modem is not ready to answer commands",
  });
});

test("I/O errors are kept for a minute, and a flood only in part", () => {
  const first = reading("write_to_modem: error 5: x", later(1));
  const second = reading("write_to_modem: error 5: x", later(62), first);
  expect(second.modems.GSM1?.ioErrors).toEqual([later(62).monotonic]);
  const flood = reading(Array.from({ length: 500 }, () => "write_to_modem: error 5: x").join("\n"));
  expect(flood.modems.GSM1?.ioErrors).toHaveLength(100);
});

test("the beginnings of polls are kept for a minute, and the last one before: that poll may go on", () => {
  const polled = [1, 10, 62, 71].reduce(
    (digest, second) => reading("Checking device for incoming SMS", later(second), digest),
    EMPTY_DIGEST,
  );
  expect(polled.modems.GSM1?.polls).toEqual([10, 62, 71].map((second) => later(second).monotonic));
  const flood = reading(Array.from({ length: 500 }, () => "Checking device for incoming SMS").join("\n"));
  expect(flood.modems.GSM1?.polls).toHaveLength(100);
});

test("the end of a modem's process is told by the main one, and its cause by itself", () => {
  const cause = reading("Cannot open serial port /dev/x, error: No such device");
  const main = lines(
    "Modem handler 0 (GSM1) terminated while mainprocess is still running. Exited, status 127.",
    "smsd",
    2,
  );
  const dead = digestLog(cause, main, later(2));
  expect(cause.modems.GSM1?.dead).toBeUndefined();
  expect(dead.modems.GSM1?.dead).toEqual({
    at: later(2).monotonic,
    text: "Cannot open serial port /dev/x, error: No such device",
  });
  expect(dead.fatal).toEqual([]);
});

test.each(["Modem did not accept this PIN", "Your SIM is locked. Unlock it manually"])("%s refuses the PIN", (text) => {
  const refused = reading(text);
  expect(refused.modems.GSM1?.pinRefused).toEqual({ at: later(1).monotonic, text });
  expect(reading("No SMS received", later(9), refused).modems.GSM1?.pinRefused).toBeDefined();
});

test("smsd lets go and takes back", () => {
  const gone = reading("Suspend started. it is being recovered (modemkeeper)");
  expect(gone.modems.GSM1?.suspendedAt).toBe(later(1).monotonic);
  expect(reading("Suspend ended.", later(2), gone).modems.GSM1).toEqual({ ioErrors: [] });
});

test("a message that cannot be moved is named until the next start", () => {
  const file = "/var/spool/sms/checked/m1";
  const stuck = reading(`Fatal error: Cannot move ${file} to /var/spool/sms/sent. Check file and dir permissions.`);
  expect(stuck.unmovable).toBe(file);
  expect(reading("No SMS received", later(9), stuck).unmovable).toBe(file);
});

describe("the first lines ever read are as old as they say", () => {
  const first = (time: string, wall = WALL) =>
    digestLog(EMPTY_DIGEST, parseLog(`${time},6, GSM1: No SMS received`), { ...NOW, wall }).modems.GSM1?.readyAt;
  test.each([
    ["ten seconds ago", "2026-01-17 19:44:00", 10_000],
    ["from the future: new", "2026-01-17 20:00:00", 0],
    ["from another year: a day at most", "2020-01-01 00:00:00", 86_400_000],
    ["of no day: new", "2026-99-99 00:00:00", 0],
    ["with milliseconds", "2026-01-17 19:44:09.250", 750],
  ])("%s", (_, time, age) => {
    expect(first(time)).toBe(NOW.monotonic - age);
  });

  test("later ones are new, whatever the wall clock does meanwhile", () => {
    const jumped = { ...later(1), wall: WALL + 3_600_000 };
    expect(digestLog(STARTED, lines("No SMS received"), jumped).modems.GSM1?.readyAt).toBe(jumped.monotonic);
  });
});

describe("what is worth a look", () => {
  const answered = reading("No SMS received");
  test.each([
    ["each poll that succeeds", "No SMS received", answered, false],
    ["what smsd does meanwhile", "Checking device for incoming SMS", answered, false],
    ["a message that was sent", "SMS To: 1. Moved file a to b", answered, false],
    ["the first answer", "No SMS received", reading("Pre-initializing modem\nCheck SIM returned ERROR, try: 1"), true],
    [
      "the first answer after trouble",
      "No SMS received",
      reading("write_to_modem: error 5: x", later(2), answered),
      true,
    ],
    ["the first I/O error", "write_to_modem: error 5: x", answered, true],
    ["a refused PIN", "Modem did not accept this PIN", answered, true],
    ["a port that does not open", "Couldn't open serial port x", answered, true],
    ["the same two seconds later", "Couldn't open serial port x", reading("Couldn't open serial port x"), false],
  ])("%s", (_, text, before, worth) => {
    expect(notable(lines(text), before)).toBe(worth);
  });

  test("smsd's start and end", () => {
    expect(notable(lines("Smsd v3.1.21 started.", "smsd"))).toBe(true);
    expect(notable(lines("Smsd mainprocess terminated. PID: 1", "smsd"))).toBe(true);
  });
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom(
    "No SMS received",
    "write_to_modem: error 5: x",
    "SMS sent, Message_id: 5, To: 491701234567, sending time 1 sec.",
    "SMS received, From: 491701234567",
    "Sending SMS from GSM1 to 491701234567 failed, trying time 1 sec.",
    "The modem answer was not OK: 491701234567",
    "Suspend started. x",
    "Modem handler 0 (constructor) terminated while mainprocess is still running.",
  ),
  fc.string({ maxLength: 40 }).map((tail) => `Fatal error: ${tail} 491701234567`),
  fc.string({ maxLength: 40 }).map((tail) => `Modem is not ready to answer commands ${tail} 491701234567`),
);
const anyLine = fc.record({
  time: fc.constantFrom("2026-01-17 19:44:00", "0000-00-00 00:00:00"),
  severity: fc.integer({ min: 0, max: 9 }),
  process: fc.oneof(
    fc.constantFrom("smsd", "GSM1", "__proto__", "constructor"),
    fc.string({ unit: "binary", maxLength: 40 }),
  ),
  text: anyText,
});

test("whatever stands in a log: no crash, no number, no growth, and the same in one piece or in many", () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 60 }), (some) => {
      const start = digestLog(EMPTY_DIGEST, lines("Smsd v3.1.21 started.", "smsd", 2), NOW);
      const whole = digestLog(start, some, later(1));
      const pieces = some.reduce((digest, one) => digestLog(digest, [one], later(1)), start);
      // Taken apart, a start in the middle leaves an empty digest, as at the first look.
      if (!some.some(({ process, text }) => process === "smsd" && text.startsWith("Smsd ")))
        expect(pieces).toEqual(whole);
      const { unmovable: _, ...shown } = whole;
      expect(JSON.stringify(shown)).not.toContain("491701234567");
      expect(Object.keys(whole.modems).length).toBeLessThanOrEqual(64);
      expect(Object.keys(whole.traffic ?? {}).length).toBeLessThanOrEqual(64);
      expect(whole.fatal.length).toBeLessThanOrEqual(5);
      expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test("messages are timed by the wall clock, and what passed before smsd's start is not forgotten", () => {
  const received = reading("SMS received, From: 491701234567", later(1));
  expect(received.traffic).toEqual({ GSM1: { receivedAt: WALL + 1_000 } });
  const both = reading("SMS sent, Message_id: 5, To: 491701234567, sending time 1 sec.", later(5), received);
  expect(both.traffic).toEqual({ GSM1: { receivedAt: WALL + 1_000, sentAt: WALL + 5_000 } });
  const anew = digestLog(both, lines("Smsd v3.1.21 started.", "smsd", 2), later(6));
  expect(anew).toEqual({ ...EMPTY_DIGEST, started: true, traffic: both.traffic });
});

test("a status report is no message that was received, a part of a long message is", () => {
  expect(reading("SMS received (report, Message_id: 5, status: 0), From: 49170").traffic).toBeUndefined();
  expect(reading("SMS received (part 1/2), From: 49170").traffic).toEqual({ GSM1: { receivedAt: later(1).wall } });
  expect(reading("No SMS received").traffic).toBeUndefined();
});

test("an old log read for the first time tells when its messages passed", () => {
  const text = "2026-01-17 18:44:10,5, GSM1: SMS received, From: 49170\n2026-01-17 19:44:00,6, GSM1: No SMS received";
  expect(digestLog(EMPTY_DIGEST, parseLog(text), NOW).traffic).toEqual({ GSM1: { receivedAt: WALL - 3_600_000 } });
});

test("a message is news; those of a stream are, every ten seconds", () => {
  const first = reading("SMS received, From: 49170", later(1));
  expect(messagePassed(STARTED, first)).toBe(true);
  expect(messagePassed(first, reading("SMS received, From: 49170", later(9), first))).toBe(false);
  expect(messagePassed(first, reading("SMS received, From: 49170", later(11), first))).toBe(true);
  expect(messagePassed(first, reading("SMS sent, Message_id: 5", later(2), first))).toBe(true);
  expect(messagePassed(first, reading("No SMS received", later(60), first))).toBe(false);
});
