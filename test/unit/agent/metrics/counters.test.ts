import { expect, test } from "vitest";
import type { Counters } from "../../../../agent/metrics/counters.ts";
import { exposition } from "../../../../agent/metrics/exposition.ts";
import { Sheet } from "../../../../agent/metrics/sheet.ts";
import type { AgentStep, Outcome } from "../../../../agent/model/step.ts";
import type { Inventory } from "../../../../core/model/inventory.ts";
import { parseExposition, valuesOf } from "../../../helpers/parse-exposition.ts";
import { sampleInventory } from "../../../helpers/sample-inventory.ts";
import { twoModems } from "../decide-modems/modem-story.ts";
import { MetricsDesk } from "./metrics-desk.ts";

const PROBE: AgentStep = { do: "probe", modem: "SIM7600", via: "second", tty: "ttyUSB3", full: true };

function outcome(step: AgentStep, change: Partial<Outcome> = {}): Outcome {
  return { subject: "modem:SIM7600", step, startedAt: 0, finishedAt: 1, ok: true, detail: "", ...change };
}

function withSinks(...names: readonly string[]): Inventory {
  const base = sampleInventory();
  const sinks = names.map((name) => ({ name, type: "webhook", options: {}, secrets: {} }));
  return { ...base, incoming: { ...base.incoming, sinks }, notify: { ...base.notify, sinks } };
}

function values(counters: Counters, name: string): Readonly<Record<string, number>> {
  const sheet = new Sheet();
  counters.fill(sheet);
  return valuesOf(parseExposition(exposition(sheet)), name);
}

/** Counters that know an inventory: the first pass tells it to them. */
function countersOf(inventory: Inventory): { readonly counters: Counters; pass(of: Inventory): void } {
  const desk = new MetricsDesk(inventory);
  desk.pass();
  return {
    counters: desk.metrics.counters,
    pass: (of) => {
      desk.story.inventory = of;
      desk.pass();
    },
  };
}

test("steps by kind and result, probes by what came back", () => {
  const { counters } = countersOf(sampleInventory());
  counters.ended(outcome({ do: "start-smsd" }));
  counters.ended(outcome({ do: "start-smsd" }, { ok: false }));
  counters.ended(outcome({ do: "clear-flag", path: "/tmp/smsd_manual_stop" }));
  counters.ended(outcome(PROBE, { probe: { answered: true } }));
  counters.ended(outcome(PROBE, { probe: { answered: false } }));
  counters.ended(outcome(PROBE, { ok: false }));
  expect(values(counters, "smsgw_steps_total")).toEqual({
    "clear-flag ok": 1,
    "probe failed": 1,
    "probe ok": 2,
    "start-smsd failed": 1,
    "start-smsd ok": 1,
  });
  expect(values(counters, "smsgw_probes_total")).toEqual({
    "SIM7600 answered": 1,
    "SIM7600 not-asked": 1,
    "SIM7600 silent": 1,
  });
});

test("deliveries: what was forwarded, how long it took, what failed and why", () => {
  const { counters } = countersOf(withSinks("crm", "log"));
  counters.received("SIM7600");
  counters.forwarding("crm", "retry", 500);
  counters.forwarding("crm", "refused", 1_500);
  counters.forwarding("crm", "delivered", 2_500);
  counters.forwarding("log", "delivered", -20);
  counters.deadLettered();
  expect(values(counters, "smsgw_messages_received_total")).toEqual({ SIM7600: 1 });
  expect(values(counters, "smsgw_messages_forwarded_total")).toEqual({ crm: 1, log: 1 });
  expect(values(counters, "smsgw_forward_failures_total")).toEqual({
    "crm refused": 1,
    "crm unavailable": 1,
    "log refused": 0,
    "log unavailable": 0,
  });
  expect(values(counters, "smsgw_forward_duration_seconds_sum")).toEqual({ crm: 2.5, log: 0 });
  expect(values(counters, "smsgw_forward_duration_seconds_bucket")).toMatchObject({
    "crm 1": 0,
    "crm 3": 1,
    "log 0.01": 1,
  });
  expect(values(counters, "smsgw_messages_dead_lettered_total")).toEqual({ "": 1 });
});

test("notices: delivered, not now, given up", () => {
  const { counters } = countersOf(withSinks("ops"));
  counters.notice("ops", "unavailable");
  counters.notice("ops", "unavailable");
  counters.notice("ops", "delivered");
  counters.notice("ops", "given-up");
  expect(values(counters, "smsgw_notices_delivered_total")).toEqual({ ops: 1 });
  expect(values(counters, "smsgw_notice_failures_total")).toEqual({ "ops given-up": 1, "ops unavailable": 2 });
});

test("what the inventory names is there at 0 from the first pass, so that a first increase is seen", () => {
  const { counters } = countersOf(withSinks("crm"));
  expect(values(counters, "smsgw_messages_forwarded_total")).toEqual({ crm: 0 });
  expect(values(counters, "smsgw_forward_duration_seconds_count")).toEqual({ crm: 0 });
  expect(values(counters, "smsgw_hotplug_events_total")).toEqual({ attach: 0, detach: 0 });
  expect(values(counters, "smsgw_recoveries_total")).toMatchObject({ "SIM7600 none failed": 0 });
  expect(values(counters, "smsgw_send_failures_total")).toEqual({ SIM7600: 0 });
});

test("without receivers nothing is said of messages that are nobody's", () => {
  const { counters } = countersOf(sampleInventory());
  for (const name of ["messages_received_total", "messages_forwarded_total", "messages_dead_lettered_total"]) {
    expect(values(counters, `smsgw_${name}`), name).toEqual({});
  }
});

test("an edited inventory: what it has no more goes, the rest counts on", () => {
  const { counters, pass } = countersOf(withSinks("crm", "log"));
  counters.forwarding("crm", "delivered", 10);
  counters.forwarding("log", "delivered", 10);
  counters.hotplug({ kind: "attach", usb: "1e0e:9001", bus: 1, ports: [1] });
  pass(withSinks("crm", "new"));
  expect(values(counters, "smsgw_messages_forwarded_total")).toEqual({ crm: 1, new: 0 });
  expect(values(counters, "smsgw_forward_duration_seconds_count")).toEqual({ crm: 1, new: 0 });
  expect(values(counters, "smsgw_hotplug_events_total").attach).toBe(1);
  pass({ ...twoModems(), incoming: withSinks("crm").incoming });
  expect(Object.keys(values(counters, "smsgw_send_failures_total"))).toEqual(["LEFT", "RIGHT"]);
});

test("a message that names a modem of its own makes no series; nor does a failed one that names a stranger", () => {
  const desk = new MetricsDesk(withSinks("crm"));
  const failed = [
    { count: 2, modem: "SIM7600", reason: "no credit" },
    { count: 1, modem: "forged", reason: "x" },
    { count: 4, reason: "smsd did not want it" },
  ];
  desk.pass({ outgoing: { failed, destinations: [], trouble: [] } });
  desk.metrics.counters.received("forged\n{}");
  expect(desk.values("smsgw_messages_received_total")).toEqual({ "": 1, SIM7600: 0 });
  expect(desk.values("smsgw_send_failures_total")).toEqual({ "": 5, SIM7600: 2 });
});

test("requests by route and class of status; transitions by code and phase", () => {
  const { counters } = countersOf(sampleInventory());
  counters.requested("/monitor/jobs/{id}", 200);
  counters.requested("/monitor/jobs/{id}", 204);
  counters.requested("/metrics", 429);
  counters.happened({ code: "message-dead-lettered", phase: "done" });
  expect(values(counters, "smsgw_http_requests_total")).toEqual({ "/metrics 4xx": 1, "/monitor/jobs/{id} 2xx": 2 });
  expect(values(counters, "smsgw_transitions_total")).toMatchObject({ "message-dead-lettered done": 1 });
});

test("a recovery that ended before any rung, and one that was given up", () => {
  const desk = new MetricsDesk();
  const { story } = desk;
  const decision = desk.pass();
  const told = { subject: "modem:SIM7600", level: "info", sentence: "", phase: "done", notify: true } as const;
  for (const code of ["recovery-given-up", "modem-absent", "modem-talking"]) {
    desk.metrics.decided({
      inventory: story.inventory,
      seen: story.seen,
      now: { wall: story.wall, monotonic: story.now, bootId: "boot-1" },
      decision: { ...decision, transitions: [{ ...told, code }] },
    });
  }
  expect(desk.values("smsgw_recoveries_total")["SIM7600 none given-up"]).toBe(2);
  expect(desk.values("smsgw_agent_looks_total")).toEqual({ "": 4 });
});
