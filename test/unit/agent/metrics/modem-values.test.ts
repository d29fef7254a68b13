import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { twoModems } from "../decide-modems/modem-story.ts";
import { MetricsDesk } from "./metrics-desk.ts";

const IMEI = "861234567890123";

test("a modem that works", () => {
  const desk = new MetricsDesk();
  const { story } = desk;
  story.remember({
    signal: 20,
    operator: "Telekom.de",
    firmware: "LE20B05SIM7600G22",
    registration: { status: 5, since: story.now },
    storage: { used: 10, total: 40 },
    temperature: 41,
    identity: { imei: IMEI },
    lastReceivedAt: story.wall - 5_000,
  });
  desk.pass();
  expect(desk.values("smsgw_modem_present")).toEqual({ SIM7600: 1 });
  expect(desk.values("smsgw_modem_up")).toEqual({ SIM7600: 1 });
  expect(desk.values("smsgw_modem_recovering")).toEqual({ SIM7600: 0 });
  expect(desk.values("smsgw_modem_suspended")).toEqual({ SIM7600: 0 });
  expect(desk.values("smsgw_consecutive_failures")).toEqual({ SIM7600: 0 });
  expect(desk.values("smsgw_signal_dbm")).toEqual({ SIM7600: -73 });
  expect(desk.values("smsgw_registered")).toEqual({ SIM7600: 1 });
  expect(desk.values("smsgw_sms_storage_used_ratio")).toEqual({ SIM7600: 0.25 });
  expect(desk.values("smsgw_modem_temperature_celsius")).toEqual({ SIM7600: 41 });
  expect(desk.values("smsgw_modem_operator_info")).toEqual({ "SIM7600 Telekom.de": 1 });
  expect(desk.values("smsgw_last_message_received_timestamp_seconds")).toEqual({ SIM7600: story.wall / 1000 - 5 });
  expect(desk.values("smsgw_last_message_sent_timestamp_seconds")).toEqual({});
  expect(desk.values("smsgw_last_at_success_timestamp_seconds")).toEqual({ SIM7600: story.wall / 1000 });
});

test("its info names firmware and USB path; its IMEI is nowhere, nor a hash that could be guessed", () => {
  const desk = new MetricsDesk();
  desk.story.remember({ firmware: "LE20B05", identity: { imei: IMEI, imsi: "262011234567890" } });
  desk.pass();
  const [info] = desk.read().series.filter(({ name }) => name === "smsgw_modem_info");
  expect(info?.labels).toEqual({
    modem: "SIM7600",
    model: "SIM7600",
    firmware: "LE20B05",
    imei_hash: expect.stringMatching(/^[0-9a-f]{12}$/),
    usb_path: "platform-3610000.usb-usb-0:1",
  });
  const text = desk.metrics.text();
  expect(text).not.toContain(IMEI);
  expect(text).not.toContain("262011234567890");
  const plain = createHash("sha256").update(IMEI).digest("hex");
  expect(plain.startsWith(info?.labels.imei_hash ?? "")).toBe(false);
});

test.each([
  ["never asked", { lastFullProbeAt: undefined }],
  ["asked before it was plugged in anew", { lastFullProbeAt: 1 }],
])("of a modem %s, what SIM and network say is absent, not 0", (_, change) => {
  const desk = new MetricsDesk();
  const { lastFullProbeAt } = change;
  desk.story.remember({
    signal: 20,
    registration: { status: 1, since: 0 },
    storage: { used: 1, total: 10 },
    operator: "x",
  });
  desk.story.remember({ lastFullProbeAt: lastFullProbeAt ?? Number.NEGATIVE_INFINITY });
  desk.pass();
  for (const name of ["signal_dbm", "registered", "sms_storage_used_ratio", "modem_operator_info"]) {
    expect(desk.values(`smsgw_${name}`), name).toEqual({});
  }
  expect(desk.values("smsgw_modem_present")).toEqual({ SIM7600: 1 });
});

test("a signal of 99 is not known; a modem without a network names none", () => {
  const desk = new MetricsDesk();
  desk.story.remember({ signal: 99, registration: { status: 2, since: 0 }, operator: "Telekom.de" });
  desk.pass();
  expect(desk.values("smsgw_signal_dbm")).toEqual({});
  expect(desk.values("smsgw_registered")).toEqual({ SIM7600: 0 });
  expect(desk.values("smsgw_modem_operator_info")).toEqual({});
});

test("a modem that is gone is not present, not up, and nothing more is said of it; the other one works on", () => {
  const desk = new MetricsDesk(twoModems());
  desk.story.remember({ signal: 20 }, "LEFT").remember({ signal: 10 }, "RIGHT");
  desk.story.unplug("1");
  desk.pass();
  expect(desk.values("smsgw_modem_present")).toEqual({ LEFT: 0, RIGHT: 1 });
  expect(desk.values("smsgw_modem_up")).toEqual({ LEFT: 0, RIGHT: 1 });
  expect(desk.values("smsgw_signal_dbm")).toEqual({ RIGHT: -93 });
  expect(Object.keys(desk.values("smsgw_modem_info"))).toEqual([expect.stringMatching(/^RIGHT /)]);
});

test("a modem that has just appeared is neither up nor down until it answers or fails", () => {
  const desk = new MetricsDesk();
  desk.story.unplug();
  desk.pass();
  desk.story.after(60).plug();
  desk.pass();
  expect(desk.values("smsgw_modem_present")).toEqual({ SIM7600: 1 });
  expect(desk.values("smsgw_modem_up")).toEqual({});
  desk.story.after(10).ready();
  desk.pass();
  expect(desk.values("smsgw_modem_up")).toEqual({ SIM7600: 1 });
});

test("failed checks and a recovery take it down; how that ended is counted by its rung", () => {
  const desk = new MetricsDesk();
  desk.story.remember({ failedChecks: 2, lastCheckAt: desk.story.now });
  desk.story.log({ ioErrors: [desk.story.now, desk.story.now, desk.story.now] });
  desk.pass();
  expect(desk.values("smsgw_modem_up")).toEqual({ SIM7600: 0 });
  expect(desk.values("smsgw_recoveries_total")["SIM7600 at-reset succeeded"]).toBe(0);
  const lastRecovery = {
    at: desk.story.wall,
    ok: true,
    rung: "at-reset",
    cause: "it hung",
    how: "",
    took: 40_000,
  } as const;
  const decision = desk.pass();
  const told = {
    subject: "modem:SIM7600",
    code: "recovery-succeeded",
    level: "info",
    sentence: "",
    notify: true,
  } as const;
  desk.metrics.decided({
    inventory: desk.story.inventory,
    seen: desk.story.seen,
    now: { wall: desk.story.wall, monotonic: desk.story.now, bootId: "boot-1" },
    decision: {
      ...decision,
      transitions: [{ ...told, phase: "done" }],
      memory: { ...decision.memory, modems: { SIM7600: { ...desk.story.modem(), lastRecovery } } },
    },
  });
  expect(desk.values("smsgw_recoveries_total")["SIM7600 at-reset succeeded"]).toBe(1);
  expect(desk.values("smsgw_recoveries_total")["SIM7600 usb-reset succeeded"]).toBe(0);
});

test("suspended by a person, a modem is not up", () => {
  const desk = new MetricsDesk();
  desk.pass({ smsd: { ...desk.story.seen.smsd, suspendedByOthers: ["SIM7600"] } });
  expect(desk.values("smsgw_modem_suspended")).toEqual({ SIM7600: 1 });
  expect(desk.values("smsgw_modem_up")).toEqual({ SIM7600: 0 });
});

test("what a modem calls itself and its network is cut short and moves no cursor", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("\u001b", "[", "2", "J", "\n", '"', "\\", "\u202e", "é", "😀", "\ud800", "\u0000", "}", " "),
  });
  fc.assert(
    fc.property(hostile, hostile, (firmware, operator) => {
      const desk = new MetricsDesk();
      desk.story.remember({ firmware, operator, registration: { status: 1, since: 0 } });
      desk.pass();
      const { series } = desk.read();
      const shown = [
        series.find(({ name }) => name === "smsgw_modem_info")?.labels.firmware,
        series.find(({ name }) => name === "smsgw_modem_operator_info")?.labels.operator,
      ];
      for (const text of shown) {
        expect(text).toBeDefined();
        expect([...(text ?? "")].length).toBeLessThanOrEqual(48);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
    }),
    { numRuns: 50 },
  );
});
