import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { EVENTS_LOG } from "../../agent/paths.ts";
import { type RealApi, realApi } from "../helpers/api-desk.ts";
import { send } from "../helpers/http-client.ts";

/*
 * Server-Sent Events over a real connection that is cut, comes back, and must not miss anything.
 */

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads a stream as browsers do (HTML standard, 9.2.6). */
class EventReader {
  readonly events: Event[] = [];
  readonly request: ClientRequest;
  lastId = "";
  status = 0;
  #rest = "";

  private constructor(request: ClientRequest) {
    this.request = request;
  }

  static async open(api: RealApi, lastEventId?: string): Promise<EventReader> {
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    const asked = request(`http://${api.address()}/monitor/events`, { agent: false, headers }).end();
    asked.on("error", () => {});
    onTestFinished(() => void asked.destroy());
    const reader = new EventReader(asked);
    const [response]: IncomingMessage[] = await once(asked, "response");
    if (!response) throw new Error("no response");
    reader.status = response.statusCode ?? 0;
    response.on("data", (chunk: Buffer) => reader.#take(chunk.toString("utf8")));
    response.on("error", () => {});
    return reader;
  }

  kinds(): readonly string[] {
    return this.events.map(({ event }) => event);
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(
        block.split("\n").map((line) => [line.split(": ", 1)[0], line.slice(line.indexOf(": ") + 2)]),
      );
      if (fields.has("id")) this.lastId = fields.get("id") ?? "";
      const data = fields.get("data");
      if (data !== undefined)
        this.events.push({ id: this.lastId, event: fields.get("event") ?? "", data: JSON.parse(data) });
    }
  }
}

function happens(api: RealApi, code: string): void {
  const entry = {
    time: new Date().toISOString(),
    subject: "smsd",
    code,
    level: "info",
    phase: "done",
    sentence: "So.",
  };
  api.machine.append(EVENTS_LOG, `${JSON.stringify(entry)}\n`);
}

const codes = ({ events }: EventReader) => events.filter(({ event }) => event === "entry").map(({ data }) => data.code);

test("first how it stands, then what happens, whoever wrote it down, and what changes", async () => {
  const api = await realApi();
  happens(api, "before");
  const reader = await EventReader.open(api);
  await expect
    .poll(() => reader.events[0])
    .toMatchObject({ event: "status", data: { format: "modemkeeper.status/1" } });
  happens(api, "one");
  await expect.poll(() => codes(reader)).toContain("one");
  const findings = [{ ...FINDING, since: Date.now() }];
  if (api.state) api.state = { ...api.state, findings, verdict: { level: "critical", sentence: FINDING.sentence } };
  await expect
    .poll(() => reader.events.filter(({ event }) => event === "status").at(-1)?.data.findings, { timeout: 5_000 })
    .toHaveLength(1);
  await send("", "/monitor/smsd/start", { method: "POST", socket: api.socket });
  await expect.poll(() => reader.events.findLast(({ event }) => event === "job")?.data.state).toBe("succeeded");
});

const FINDING = {
  code: "smsd-down",
  subject: "smsd",
  level: "critical",
  sentence: "smsd does not run",
  evidence: [],
  notify: true,
} as const;

test("cut off and back: what was missed comes in its order and once, after how it stands now", async () => {
  const api = await realApi();
  const first = await EventReader.open(api);
  happens(api, "seen");
  await expect.poll(() => codes(first)).toEqual(["seen"]);
  first.request.destroy();
  happens(api, "missed-1");
  await send("", "/monitor/smsd/start", { method: "POST", socket: api.socket });
  happens(api, "missed-2");
  const second = await EventReader.open(api, first.lastId);
  await expect.poll(() => codes(second)).toEqual(["missed-1", "missed-2"]);
  expect(second.kinds()[0]).toBe("status");
  expect(second.kinds()).toContain("job");
  const third = await EventReader.open(api, second.lastId);
  await expect.poll(() => third.events.length).toBeGreaterThan(0);
  happens(api, "new");
  await expect.poll(() => codes(third)).toEqual(["new"]);
});

test("one more than permitted is told to wait; when one leaves there is room", async () => {
  const api = await realApi();
  const open = await Promise.all(Array.from({ length: 32 }, () => EventReader.open(api)));
  await expect.poll(() => open.every(({ events }) => events.length > 0)).toBe(true);
  const refused = await send(api.address(), "/monitor/events");
  expect(refused).toMatchObject({ status: 429, value: { code: "too-many" } });
  open[0]?.request.destroy();
  await expect.poll(() => EventReader.open(api).then(({ status }) => status), { interval: 100 }).toBe(200);
});

test("when the agent stops the streams end", async () => {
  const api = await realApi();
  const reader = await EventReader.open(api);
  const closed = once(reader.request, "close");
  await api.api.stop();
  await closed;
});

test("before the agent has looked there is nothing to tell", async () => {
  const api = await realApi();
  api.state = undefined;
  for (const path of ["/monitor/events", "/monitor/status", "/readyz"]) {
    const got = await send(api.address(), path);
    expect(got).toMatchObject({ status: 503, value: { code: "not-yet" } });
    expect(got.headers["retry-after"]).toBe("2");
  }
  expect((await send(api.address(), "/healthz")).status).toBe(200);
});
