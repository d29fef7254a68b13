import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAccessLine, parseEventLine, parseSmsdLine } from "../../../../agent/timeline/parse.ts";

const TIME = "2026-01-17T10:20:31.000Z";

describe("the agent's lines", () => {
  const entry = {
    ...{ time: TIME, subject: "smsd", code: "smsd-down", level: "critical", phase: "begun" },
    ...{ sentence: "smsd does not run", evidence: ["unit failed"] },
  };

  test("are taken as they are", () => {
    expect(parseEventLine(JSON.stringify(entry))).toEqual({
      ...entry,
      time: Date.parse(TIME),
      source: "agent",
      routine: false,
    });
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "42"],
    ["null", "null"],
    ["no time", JSON.stringify({ ...entry, time: "yesterday" })],
    ["an unknown level", JSON.stringify({ ...entry, level: "loud" })],
    ["a sentence that is none", JSON.stringify({ ...entry, sentence: { toString: "x" } })],
    ["a line without end", JSON.stringify({ ...entry, sentence: "x".repeat(100_000) })],
  ])("%s is left out", (_, line) => {
    expect(parseEventLine(line)).toBeUndefined();
  });
});

describe("accesses", () => {
  const entry = {
    ...{ time: TIME, pid: 4711, process: "modemkeeper", purpose: "probe", modem: "SIM7600", port: "/dev/ttyUSB3" },
    ...{ commands: ["AT → OK"], waitMs: 0, holdMs: 400, outcome: "ok" },
  };

  test("say who did what, where and how long", () => {
    expect(parseAccessLine(JSON.stringify(entry))).toEqual({
      ...{ time: Date.parse(TIME), source: "access", subject: "modem:SIM7600", code: "probe", level: "info" },
      sentence: "access by modemkeeper (pid 4711) for probe on /dev/ttyUSB3: ok; AT → OK; waited 0.0 s, held 0.4 s",
      evidence: ["AT → OK"],
      routine: true,
    });
  });

  test.each([
    [{ outcome: "failed", detail: "the line is gone" }, false, "warning"],
    [{ outcome: "held", detail: "check.sh (pid 1)" }, false, "warning"],
    [{ holdMs: 60_000 }, false, "info"],
    [{ waitMs: 60_000 }, false, "info"],
    [{ purpose: "at" }, false, "info"],
    [{}, true, "info"],
  ])("%j: everyday %s, %s", (change, routine, level) => {
    expect(parseAccessLine(JSON.stringify({ ...entry, ...change }))).toMatchObject({ routine, level });
  });

  test("of a program that names no modem belong to the host", () => {
    const line = JSON.stringify({ ...entry, modem: "", port: "", purpose: "lock", process: "check.sh" });
    expect(parseAccessLine(line)).toMatchObject({ subject: "host", sentence: expect.stringContaining("check.sh") });
  });
});

describe("smsd's lines", () => {
  test.each([
    ["2, smsd: Smsd v3.1.21 started.", "started", "smsd", "info", false],
    ["2, smsd: Running as smsd:dialout (101:20).", "other", "smsd", "info", true],
    ["2, SIM7600: Modem handler 0 terminated. PID: 535, was started 26-11-22.", "other", "modem:SIM7600", "info", true],
    ["3, SIM7600: write_to_modem: error 5: Input/output error", "io-error", "modem:SIM7600", "warning", false],
    [
      "2, SIM7600: Fatal error: sending failed 3 times. Blocking 60 sec.",
      "blocked",
      "modem:SIM7600",
      "critical",
      false,
    ],
    ["6, SIM7600: Checking device for incoming SMS", "alive", "modem:SIM7600", "info", true],
    ["6, SIM7600: No SMS received", "progress", "modem:SIM7600", "info", true],
    [
      "5, SIM7600: SMS sent, Message_id: 7, To: 4917112345, sending time 3 sec.",
      "progress",
      "modem:SIM7600",
      "info",
      false,
    ],
    ["3, SIM7600: Something that nobody knows", "other", "modem:SIM7600", "warning", false],
    ["6, SIM7600: Something that nobody knows", "other", "modem:SIM7600", "info", true],
  ])("%s", (text, code, subject, level, routine) => {
    expect(parseSmsdLine(`2026-01-17 10:20:31,${text}`)).toMatchObject({ code, subject, level, routine });
  });

  test("their time is local", () => {
    const event = parseSmsdLine("2026-01-17 10:20:31,2, smsd: Smsd v3.1.21 started.");
    expect(event?.time).toBe(new Date(2026, 0, 17, 10, 20, 31).getTime());
  });

  test.each([
    ["5, GSM1: SMS received, From: 491711234567", "491711"],
    ["5, GSM1: SMS received, From: Alice Cooper", "Alice"],
    ["3, GSM1: Unexpected input: +CMT: 07911326040000F0040B911346610089F6", "0791"],
    ["4, GSM1: Sending SMS from  to 491711234567 failed, trying time 3 sec.", "491711"],
  ])("%s shows nothing private", (text, secret) => {
    const event = parseSmsdLine(`2026-01-17 10:20:31,${text}`);
    expect(event).toBeDefined();
    expect(JSON.stringify(event)).not.toContain(secret);
  });

  test("debug output, which holds whole messages, is left out", () => {
    expect(parseSmsdLine("2026-01-17 10:20:31,7, GSM1: <- +CMGR: 0,,24 0791")).toBeUndefined();
  });
});

test("no line makes a parser throw", () => {
  const value = fc.oneof(
    fc.string(),
    fc.json(),
    fc.string().map((text) => `2026-01-17 10:20:31,3, GSM1: ${text}`),
  );
  fc.assert(
    fc.property(value, (line) => {
      for (const parse of [parseEventLine, parseAccessLine, parseSmsdLine]) {
        const event = parse(line);
        if (event) expect(Number.isFinite(event.time)).toBe(true);
      }
    }),
  );
});
