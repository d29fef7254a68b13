import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PostableAlert } from "../../../../../agent/notify/sinks/alert-board.ts";
import { AlertmanagerClient } from "../../../../../agent/notify/sinks/alertmanager.ts";
import type { WebAnswer, WebRequest } from "../../../../../core/delivery-ports.ts";
import { ModemkeeperError } from "../../../../../core/errors.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../../helpers/memory-agent-host.ts";
import { finding } from "../notice-story.ts";
import { sink, unusedPorts } from "../notices-desk.ts";
import { sampleNotice } from "./sample-notice.ts";

const OK: WebAnswer = { status: 200, headers: {}, body: "" };
const NEVER = new AbortController().signal;

let machine: MemoryAgentMachine;
let client: AlertmanagerClient;
let requests: WebRequest[];
let answer: () => WebAnswer | Promise<WebAnswer>;

beforeEach(async () => {
  machine = await memoryAgentMachine();
  machine.time.jumps = false;
  requests = [];
  answer = () => OK;
  const host = machine.agentHost();
  machine.givenSecret({ from: "file", path: "/etc/modemkeeper/secrets/am" }, "t0ken");
  const web = {
    send: async (request: WebRequest) => {
      requests.push(request);
      return await answer();
    },
    close: async () => {},
  };
  const receiver = {
    ...sink("am", { url: "https://alerts.example/am/", labels: { site: "north" } }, "alertmanager"),
    secrets: { token: { from: "file", path: "/etc/modemkeeper/secrets/am" } as const },
  };
  client = new AlertmanagerClient(receiver, { ...unusedPorts(host), web }, host);
});

afterEach(async () => {
  await client.close();
});

const lasting = (code = "smsd-down") => ({ ...finding({ code }), since: machine.now.getTime() });

function alerts(): readonly (readonly PostableAlert[])[] {
  return requests.map(({ body }) => JSON.parse(body) as readonly PostableAlert[]);
}

async function pass(seconds: number): Promise<void> {
  await machine.time.advance(seconds * 1000);
}

describe("what lasts", () => {
  test("is told at once and each minute, and its end at once and once", async () => {
    client.standing.update([lasting()]);
    await pass(0);
    expect(requests[0]).toMatchObject({
      method: "POST",
      url: "https://alerts.example/am/api/v2/alerts",
      headers: { authorization: "Bearer t0ken", "content-type": "application/json" },
      timeout: 10_000,
    });
    await pass(130);
    client.standing.update([]);
    await pass(0);
    await pass(600);
    expect(alerts().map(([one]) => [one?.startsAt, one?.endsAt])).toEqual([
      ["2030-01-01T00:00:00.000Z", "2030-01-01T00:04:00.000Z"],
      ["2030-01-01T00:00:00.000Z", "2030-01-01T00:05:00.000Z"],
      ["2030-01-01T00:00:00.000Z", "2030-01-01T00:06:00.000Z"],
      ["2030-01-01T00:00:00.000Z", "2030-01-01T00:02:10.000Z"],
    ]);
  });

  test("while Alertmanager does not answer it is asked ever more rarely; then it hears of the end, too", async () => {
    answer = () => {
      throw new ModemkeeperError("io", "connection refused");
    };
    client.standing.update([lasting()]);
    await pass(0);
    await pass(600);
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.length).toBeLessThan(25);
    expect(client.standing.failing).toEqual({ since: 1_000_000, detail: "connection refused" });
    client.standing.update([]);
    answer = () => OK;
    await pass(60);
    expect(alerts().at(-1)).toMatchObject([{ endsAt: "2030-01-01T00:10:00.000Z" }]);
    expect(client.standing.failing).toBeUndefined();
  });

  test("an end is never overtaken by what was told before it", async () => {
    let open = (_: WebAnswer) => {};
    answer = () => new Promise((resolve) => (open = resolve));
    client.standing.update([lasting()]);
    await pass(0);
    client.standing.update([]);
    const event = client.tell(sampleNotice({ phase: "done" }), NEVER);
    await pass(5);
    expect(requests).toHaveLength(1);
    answer = () => OK;
    open(OK);
    await pass(5);
    expect((await event).outcome).toBe("delivered");
    expect(alerts().map(([one]) => one?.labels.alertname)).toEqual(["smsd-down", "not-registered", "smsd-down"]);
    expect(alerts()[2]).toMatchObject([{ endsAt: "2030-01-01T00:00:00.000Z" }]);
  });
});

test("what was done is told once, and a refusal is one", async () => {
  expect((await client.tell(sampleNotice({ phase: "done" }), NEVER)).outcome).toBe("delivered");
  answer = () => ({ status: 400, headers: {}, body: "" });
  expect((await client.tell(sampleNotice({ phase: "done" }), NEVER)).outcome).toBe("refused");
});

test("a sign of life burns until three of them are missing", async () => {
  const verdict = { level: "ok", sentence: "smsd runs" };
  const sign = { host: "gw1", at: machine.now.toISOString(), version: "1", uptime: 5, verdict, counts: {}, next: 300 };
  await client.beat(sign, NEVER);
  expect(alerts()).toEqual([
    [
      {
        labels: { site: "north", alertname: "modemkeeper-heartbeat", severity: "none", host: "gw1" },
        annotations: { summary: "The agent lives; ok: smsd runs", version: "1" },
        startsAt: "2030-01-01T00:00:00.000Z",
        endsAt: "2030-01-01T00:15:00.000Z",
      },
    ],
  ]);
});
