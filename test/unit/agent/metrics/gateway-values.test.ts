import { expect, test } from "vitest";
import type { IncomingState, NoticesState, SinkState } from "../../../../agent/model/delivery.ts";
import { MetricsDesk } from "./metrics-desk.ts";

const CRM: SinkState = {
  name: "crm",
  type: "webhook",
  waiting: 3,
  oldest: 90_000,
  delivered: 7,
  lastDeliveredAt: 5_000,
};
const LOG: SinkState = { name: "log", type: "file", waiting: 0, oldest: 0, delivered: 9 };
const INCOMING: IncomingState = { sinks: [CRM, LOG], waiting: 3, deadLetters: 2, duplicates: 4, trouble: [] };
const NOTICES: NoticesState = {
  sinks: [{ ...CRM, failing: { since: 0, detail: "no" } }],
  waiting: 1,
  trouble: [],
};

test("before the first look only what the process knows of itself is told", () => {
  const desk = new MetricsDesk();
  const { types } = desk.read();
  expect([...types.keys()]).toEqual([
    "provision_build_info",
    "smsgw_agent_start_time_seconds",
    "smsgw_agent_resident_memory_bytes",
    "smsgw_agent_cpu_seconds_total",
  ]);
  expect(desk.values("provision_build_info")).toEqual({ [`1.2.3 ${process.versions.node}`]: 1 });
  expect(desk.values("smsgw_agent_resident_memory_bytes")[""]).toBeGreaterThan(10e6);
});

test("the start of the agent stays where it is, although two clocks are read; a clock that is set moves it", () => {
  const desk = new MetricsDesk();
  const before = desk.values("smsgw_agent_start_time_seconds")[""];
  desk.story.wall += 1_500;
  expect(desk.values("smsgw_agent_start_time_seconds")[""]).toBe(before);
  desk.story.wall += 3_600_000;
  expect(desk.values("smsgw_agent_start_time_seconds")[""]).toBeGreaterThan((before ?? 0) + 3_000);
});

test("a healthy gateway", () => {
  const desk = new MetricsDesk();
  desk.pass();
  expect(desk.values("smsgw_findings")).toEqual({ info: 0, warning: 0, critical: 0 });
  expect(desk.values("smsgw_finding_start_timestamp_seconds")).toEqual({});
  expect(desk.values("smsgw_smsd_up")).toEqual({ "": 1 });
  expect(desk.values("smsgw_smsd_unit_state").active).toBe(1);
  expect(Object.values(desk.values("smsgw_smsd_unit_state")).reduce((sum, value) => sum + value, 0)).toBe(1);
  expect(desk.values("smsgw_manual_stop_age_seconds")).toEqual({});
  expect(desk.values("provision_drift_resources")).toEqual({ "": 0 });
  expect(desk.values("smsgw_inventory_valid")).toEqual({ "": 1 });
  expect(desk.values("smsgw_agent_last_look_timestamp_seconds")).toEqual({ "": desk.story.wall / 1000 });
  expect(desk.values("smsgw_spool_available_bytes")).toEqual({ "": 1e9 });
});

test("smsd that systemd calls active without a process is not up", () => {
  const desk = new MetricsDesk();
  const { smsd } = desk.story.seen;
  desk.pass({ smsd: { ...smsd, processes: [], unit: "active" } });
  expect(desk.values("smsgw_smsd_up")).toEqual({ "": 0 });
  expect(desk.values("smsgw_smsd_unit_state").active).toBe(1);
  expect(desk.values("smsgw_smsd_start_time_seconds")).toEqual({});
});

test("findings by code, with what they are about and since when", () => {
  const desk = new MetricsDesk();
  desk.story.unplug();
  desk.pass({ rivals: ["ModemManager"] });
  desk.story.after(30);
  desk.pass({ rivals: ["ModemManager"] });
  const began = desk.story.wall / 1000;
  expect(desk.values("smsgw_finding_start_timestamp_seconds")).toEqual({
    "warning modem-absent modem SIM7600": began,
    "info rival-program host ": began - 30,
  });
  expect(desk.values("smsgw_findings")).toEqual({ info: 1, warning: 1, critical: 0 });
  expect(desk.values("smsgw_transitions_total")["rival-program begun"]).toBe(1);
});

test("the age of a manual stop grows between two looks; a flag that does not count has none", () => {
  const desk = new MetricsDesk();
  const flag = { kind: "file", owner: "root", modifiedAt: desk.story.wall - 10_000, content: "" } as const;
  const smsd = { ...desk.story.seen.smsd, processes: [], unit: "inactive" };
  desk.pass({ flag, smsd });
  expect(desk.values("smsgw_manual_stop_age_seconds")).toEqual({ "": 10 });
  desk.story.after(20);
  expect(desk.values("smsgw_manual_stop_age_seconds")).toEqual({ "": 30 });
  desk.pass({ flag: { ...flag, owner: "mallory" }, smsd });
  expect(desk.values("smsgw_manual_stop_age_seconds")).toEqual({});
});

test("what the inventory and the host have against each other", () => {
  const desk = new MetricsDesk();
  const known = desk.story.seen.configuration;
  desk.pass({
    configuration: { ...known, state: "differs", details: ["file /etc/smsd.conf", "unit smstools.service"] },
  });
  expect(desk.values("provision_drift_resources")).toEqual({ "": 2 });
  desk.pass({ configuration: { ...known, state: "invalid", details: ["inventory.yaml:3: no"] } });
  expect(desk.values("smsgw_inventory_valid")).toEqual({ "": 0 });
  expect(desk.values("provision_drift_resources")).toEqual({});
  desk.pass({ configuration: { ...known, state: "unknown" } });
  expect(desk.values("smsgw_inventory_valid")).toEqual({});
  expect(desk.values("provision_drift_resources")).toEqual({});
});

test("queues, backlog and receivers; ages go on between two looks", () => {
  const desk = new MetricsDesk();
  const spool = {
    incoming: { count: 5, oldest: 40_000 },
    outgoing: { count: 0, oldest: 0 },
    checked: { count: 1, oldest: 1_000 },
  };
  desk.pass({ spool, incoming: INCOMING, notices: NOTICES });
  desk.story.after(2);
  expect(desk.values("smsgw_queue_messages")).toEqual({ incoming: 5, outgoing: 0, checked: 1 });
  expect(desk.values("smsgw_queue_oldest_seconds")).toEqual({ incoming: 42, outgoing: 0, checked: 3 });
  expect(desk.values("smsgw_backlog_messages")).toEqual({ "": 3 });
  expect(desk.values("smsgw_backlog_oldest_seconds")).toEqual({ "": 92 });
  expect(desk.values("smsgw_dead_letter_messages")).toEqual({ "": 2 });
  expect(desk.values("smsgw_messages_duplicate_total")).toEqual({ "": 4 });
  expect(desk.values("smsgw_receiver_up")).toEqual({ "crm messages": 1, "log messages": 1, "crm notices": 0 });
  expect(desk.values("smsgw_receiver_waiting")).toEqual({ "crm messages": 3, "log messages": 0, "crm notices": 3 });
  expect(desk.values("smsgw_receiver_oldest_seconds")["log messages"]).toBe(0);
  expect(desk.values("smsgw_receiver_last_delivered_timestamp_seconds")).toEqual({
    "crm messages": 5,
    "crm notices": 5,
  });
  expect(desk.values("smsgw_notices_waiting")).toEqual({ "": 1 });
});

test("where nobody delivers, the backlog is what lies in smsd's folder, and of dead letters nothing is known", () => {
  const desk = new MetricsDesk();
  const nothing = { count: 0, oldest: 0 };
  desk.pass({ spool: { incoming: { count: 2, oldest: 7_000 }, outgoing: nothing, checked: nothing } });
  expect(desk.values("smsgw_backlog_messages")).toEqual({ "": 2 });
  expect(desk.values("smsgw_backlog_oldest_seconds")).toEqual({ "": 7 });
  expect(desk.values("smsgw_dead_letter_messages")).toEqual({});
  expect(desk.values("smsgw_receiver_up")).toEqual({});
});
