import { beforeEach, expect, test } from "vitest";
import type { Job } from "../../../../agent/http/job.ts";
import { LiveStreams } from "../../../../agent/http/live-streams.ts";
import type { StatusDocument } from "../../../../agent/http/status-source.ts";
import { EVENTS_LOG } from "../../../../agent/paths.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

let machine: MemoryAgentMachine;
let live: LiveStreams;
let status: StatusDocument;
let looks: number;

beforeEach(async () => {
  machine = await memoryAgentMachine();
  machine.time.jumps = false;
  looks = 0;
  status = {
    format: "modemkeeper.status/1",
    at: "t0",
    verdict: { level: "ok", sentence: "" },
    agent: { running: true, unit: "active", looked: "t0" },
    smsd: { running: true, unit: "active", pids: [1], strays: [] },
    modems: [],
    findings: [],
  };
  const current = async () => {
    looks += 1;
    return status;
  };
  live = new LiveStreams({ host: machine.agentHost(), status: { current } });
  await live.start();
});

/** A client that takes whatever comes. */
class Client {
  text = "";
  ended = false;
  readonly left = new AbortController();

  constructor(lastEventId?: string) {
    void this.#read(lastEventId);
  }

  async #read(lastEventId: string | undefined): Promise<void> {
    for await (const piece of live.stream(lastEventId, this.left.signal)) this.text += piece;
    this.ended = true;
  }

  events(): readonly string[] {
    return [...this.text.matchAll(/^event: (\w+)$/gm)].map(([, event]) => event ?? "");
  }

  lastId(): string {
    return [...this.text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? "";
  }
}

const job = (line: string): Job => ({
  id: "1",
  kind: "smsd-start",
  state: "running",
  by: "socket",
  begun: "t",
  lines: [line],
});

/** Everything that needs no more time has been done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i += 1) await machine.time.advance(1_000);
  await settled();
}

test("a status that only grew older is not sent; one that changed is, once", async () => {
  const client = new Client();
  await pass(3);
  expect(client.events()).toEqual(["status"]);
  status = { ...status, at: "t1", agent: { ...status.agent, looked: "t1" } };
  await pass(3);
  expect(client.events()).toEqual(["status"]);
  status = { ...status, verdict: { level: "critical", sentence: "smsd does not run" } };
  await pass(3);
  expect(client.events()).toEqual(["status", "status"]);
});

test("however fast it changes, once a second", async () => {
  const client = new Client();
  await pass(1);
  for (let i = 0; i < 20; i += 1) {
    status = { ...status, verdict: { level: "critical", sentence: String(i) } };
    await machine.time.advance(100);
  }
  await settled();
  expect(client.events().length).toBeLessThanOrEqual(4);
  expect(client.events().length).toBeGreaterThan(1);
});

test("silence is broken every 15 s by what clients do not see", async () => {
  const client = new Client();
  await pass(1);
  const before = client.text;
  await pass(31);
  expect(client.text.slice(before.length)).toBe(":\n\n:\n\n");
});

test("while nobody watches nothing is looked at", async () => {
  const client = new Client();
  await pass(2);
  client.left.abort();
  await pass(2);
  expect(client.ended).toBe(true);
  const before = looks;
  await pass(60);
  expect(looks).toBe(before);
  const again = new Client();
  await pass(2);
  expect(again.events()).toEqual(["status"]);
  expect(looks).toBeGreaterThan(before);
});

test("who comes back to another run of the agent gets all that this run knows", async () => {
  const first = new Client();
  await pass(1);
  live.job(job("a"));
  live.job(job("b"));
  await settled();
  expect(first.events()).toEqual(["status", "job", "job"]);
  const stranger = new Client("00000000-900");
  const same = new Client(first.lastId());
  const fresh = new Client();
  await settled();
  expect(stranger.events()).toEqual(["status", "job", "job"]);
  expect(stranger.lastId()).toBe(first.lastId());
  expect(same.events()).toEqual(["status"]);
  expect(fresh.events()).toEqual(["status"]);
  expect(fresh.lastId()).toBe(first.lastId());
});

test("a client that does not keep up is let go, and does not fill the memory", async () => {
  const slow = live.stream(undefined, new AbortController().signal);
  expect((await slow.next()).value).toContain("event: status");
  expect(live.full).toBe(false);
  for (let i = 0; i < 200; i += 1) live.job(job("x".repeat(10_000)));
  expect((await slow.next()).done).toBe(true);
});

test("32 watch, the next does not, and is let in when one leaves", async () => {
  const clients = Array.from({ length: 32 }, () => new Client());
  await settled();
  expect(live.full).toBe(true);
  const late = new Client();
  await settled();
  expect(late).toMatchObject({ ended: true, text: "" });
  clients[0]?.left.abort();
  await settled();
  expect(live.full).toBe(false);
  live.stop();
  await settled();
  expect(clients.every(({ ended }) => ended)).toBe(true);
});

test("a timeline that cannot be read holds nobody up", async () => {
  machine.given(EVENTS_LOG, "");
  const broken = new LiveStreams({
    host: {
      ...machine.agentHost(),
      logs: {
        append: async () => {},
        readFrom: async () => {
          throw new Error("disk");
        },
      },
    },
    status: { current: async () => status },
  });
  await broken.start();
  const stream = broken.stream(undefined, new AbortController().signal);
  expect((await stream.next()).value).toContain("event: status");
});
