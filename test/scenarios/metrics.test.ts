import { afterEach, beforeEach, expect, test } from "vitest";
import { smsdFile } from "../helpers/incoming/smsd-file.ts";
import { parseExposition, valuesOf } from "../helpers/parse-exposition.ts";
import { ResidentAgent } from "../helpers/resident-agent.ts";
import type { Given } from "../unit/agent/observe/agent-machine.ts";

/*
 * The whole agent on a machine in memory, with a text file for node_exporter: what happens to the machine can be read there.
 * That every hook is where it must be is shown here; what each value means, in test/unit/agent/metrics.
 */

const FOLDER = "/var/lib/prometheus/node-exporter";
const PATH = `${FOLDER}/modemkeeper.prom`;
const INCOMING = "/var/spool/sms/incoming";
const INVENTORY = `version: 1
modems:
  - name: SIM7600
    model: SIM7600
incoming:
  sinks:
    - { type: webhook, name: crm, url: "https://crm.example/sms" }
notify:
  heartbeat: 0
  sinks:
    - { type: webhook, name: ops, url: "https://ops.example/notices" }
metrics:
  textfile: ${PATH}
`;
let agent: ResidentAgent;
let given: Given;
let crmStatus: number;

beforeEach(async () => {
  agent = await ResidentAgent.onGateway(INVENTORY);
  ({ given } = agent);
  const { machine } = given;
  machine.files.put(FOLDER, { kind: "directory", mode: 0o755, owner: "root", group: "root", modifiedAt: 0 });
  crmStatus = 204;
  machine.delivery.onRequest = ({ url }) => ({ status: url.includes("crm") ? crmStatus : 204 });
  agent.start();
  await agent.pass(70);
});

afterEach(async () => {
  await agent.stop();
});

function values(name: string): Readonly<Record<string, number>> {
  const entry = given.machine.files.entries.get(PATH);
  if (entry?.kind !== "file") throw new Error("there is no text file");
  return valuesOf(parseExposition(entry.content), name);
}

function receive(name: string, text: string): void {
  given.machine.given(`${INCOMING}/${name}`, smsdFile({ from: "+491701234567", text }).toString("latin1"));
  given.machine.delivery.tell(INCOMING, name);
}

test("a gateway that is well", () => {
  expect(values("smsgw_smsd_up")).toEqual({ "": 1 });
  expect(values("smsgw_modem_up")).toEqual({ SIM7600: 1 });
  expect(values("smsgw_signal_dbm")).toEqual({ SIM7600: -73 });
  expect(values("smsgw_registered")).toEqual({ SIM7600: 1 });
  expect(values("smsgw_probes_total")["SIM7600 answered"]).toBeGreaterThan(0);
  expect(values("smsgw_receiver_up")).toEqual({ "crm messages": 1, "ops notices": 1 });
  expect(values("smsgw_agent_looks_total")[""]).toBeGreaterThan(2);
});

test("messages that arrive, one that its receiver does not take at first, and smsd's own end", async () => {
  receive("SIM7600.aaaaaa", "hello");
  await agent.pass(16);
  expect(values("smsgw_messages_received_total")).toEqual({ SIM7600: 1 });
  expect(values("smsgw_messages_forwarded_total")).toEqual({ crm: 1 });
  expect(values("smsgw_forward_duration_seconds_count")).toEqual({ crm: 1 });
  crmStatus = 503;
  receive("SIM7600.bbbbbb", "and again");
  await agent.pass(62);
  expect(values("smsgw_forward_failures_total")["crm unavailable"]).toBeGreaterThan(1);
  expect(values("smsgw_receiver_up")["crm messages"]).toBe(0);
  expect(values("smsgw_backlog_messages")).toEqual({ "": 1 });
  expect(values("smsgw_backlog_oldest_seconds")[""]).toBeGreaterThan(30);
  crmStatus = 204;
  agent.crash();
  await agent.pass(90);
  expect(values("smsgw_steps_total")["start-smsd ok"]).toBeGreaterThan(0);
  expect(values("smsgw_transitions_total")["smsd-started done"]).toBe(1);
  expect(values("smsgw_notices_delivered_total").ops).toBeGreaterThan(0);
  expect(values("smsgw_messages_forwarded_total")).toEqual({ crm: 2 });
});

test("a modem that is pulled out", async () => {
  given.machine.unplug("1-1");
  await agent.pass(46);
  expect(values("smsgw_hotplug_events_total")).toEqual({ attach: 0, detach: 1 });
  expect(values("smsgw_modem_present")).toEqual({ SIM7600: 0 });
  expect(values("smsgw_signal_dbm")).toEqual({});
  expect(Object.keys(values("smsgw_finding_start_timestamp_seconds"))).toContain("warning modem-absent modem SIM7600");
});

test("when the agent ends there is no text file: nobody would keep it up", async () => {
  await agent.stop();
  expect(given.machine.files.entries.has(PATH)).toBe(false);
});
