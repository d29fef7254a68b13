import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { MqttClient } from "../../agent/delivery/mqtt-client.ts";
import type { Envelope } from "../../agent/delivery/types.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { realBrokers } from "../../host/brokers.ts";
import { RealSecrets } from "../../host/secrets.ts";
import { TestAuthority } from "../helpers/certificates.ts";
import { findMosquitto, type MosquittoOptions, RunningMosquitto } from "../helpers/mosquitto.ts";

/*
 * The MQTT client against a real broker, mosquitto.
 */

const NEVER = new AbortController().signal;
const TOPIC = "gateway/sms";
const found = await findMosquitto();

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modemkeeper-mqtt-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function broker(options: MosquittoOptions = {}): Promise<RunningMosquitto> {
  if ("reason" in found) throw new Error(found.reason);
  const running = await RunningMosquitto.start(found, options);
  onTestFinished(() => running.remove());
  return running;
}

function client(url: string, options: Sink["options"] = {}, secrets: Sink["secrets"] = {}): MqttClient {
  const sink: Sink = {
    name: "broker",
    type: "mqtt",
    options: { url, topic: TOPIC, timeout: 20, parallel: 8, ...options },
    secrets,
  };
  const made = new MqttClient(sink, { brokers: realBrokers, secrets: new RealSecrets("/"), hostName: "gateway" });
  onTestFinished(() => made.close());
  return made;
}

/** Ids of the events that arrive at the topic, in their order. */
async function subscriber(url: string): Promise<readonly string[]> {
  const connection = await connectAsync(url);
  onTestFinished(() => connection.endAsync(true));
  const ids: string[] = [];
  connection.on("message", (_, payload) => ids.push(JSON.parse(payload.toString()).id));
  await connection.subscribeAsync(TOPIC, { qos: 1 });
  return ids;
}

function envelope(number: number): Envelope {
  const id = String(number).padStart(32, "0");
  return {
    ...{ id, type: "modemkeeper.sms.received", source: "/modemkeeper/gateway/SIM7600" },
    ...{ time: "2026-01-10T21:59:00.000Z", data: { id, from: "+491701234567", text: "Grüße 🎉" } },
  };
}

async function secretFile(name: string, value: string): Promise<Sink["secrets"]> {
  const path = join(folder, name);
  await writeFile(path, value, { mode: 0o600 });
  return { password: { from: "file", path } };
}

describe.skipIf("reason" in found)("a broker", () => {
  test("acknowledges what it gets, and passes it on, all over one connection", async () => {
    const { port } = await broker();
    const url = `mqtt://127.0.0.1:${port}`;
    const ids = await subscriber(url);
    const sink = client(url);
    const results = await Promise.all([1, 2, 3, 4, 5].map((number) => sink.deliver(envelope(number), NEVER)));
    expect(results).toEqual(Array(5).fill({ outcome: "delivered", detail: "the broker has acknowledged it" }));
    await vi.waitFor(() => expect(ids).toEqual([1, 2, 3, 4, 5].map((number) => envelope(number).id)));
  });

  test.each([0, 2])("quality of service %i", async (qos) => {
    const { port } = await broker();
    const url = `mqtt://127.0.0.1:${port}`;
    const ids = await subscriber(url);
    expect(await client(url, { qos }).deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
    await vi.waitFor(() => expect(ids).toHaveLength(1));
  });

  test("keeps the last message where that is wanted", async () => {
    const { port } = await broker();
    const url = `mqtt://127.0.0.1:${port}`;
    const sink = client(url, { retain: true });
    for (const number of [1, 2]) await sink.deliver(envelope(number), NEVER);
    const ids = await subscriber(url);
    await vi.waitFor(() => expect(ids).toEqual([envelope(2).id]));
  });

  test("two receivers at one broker do not chase each other away", async () => {
    const { port } = await broker();
    const url = `mqtt://127.0.0.1:${port}`;
    const ids = await subscriber(url);
    const sinks = [
      client(url),
      new MqttClient(
        { name: "second", type: "mqtt", options: { url, topic: TOPIC }, secrets: {} },
        { brokers: realBrokers, secrets: new RealSecrets("/"), hostName: "gateway" },
      ),
    ];
    onTestFinished(() => sinks[1]?.close());
    for (let number = 0; number < 10; number += 1) {
      expect(await sinks[number % 2]?.deliver(envelope(number), NEVER)).toMatchObject({ outcome: "delivered" });
    }
    await vi.waitFor(() => expect(ids).toHaveLength(10));
  });

  test("crashes and comes back: attempts fail at once, then go on by themselves", async () => {
    const running = await broker();
    const sink = client(`mqtt://127.0.0.1:${running.port}`);
    expect(await sink.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
    await running.kill();
    const down = await sink.deliver(envelope(2), NEVER);
    expect(down).toMatchObject({ outcome: "retry", detail: expect.stringMatching(/cut off|connection refused/) });
    expect(await sink.deliver(envelope(2), NEVER)).toMatchObject({
      outcome: "retry",
      detail: `connection refused by 127.0.0.1:${running.port}`,
    });
    await running.start();
    const ids = await subscriber(`mqtt://127.0.0.1:${running.port}`);
    await vi.waitFor(async () =>
      expect(await sink.deliver(envelope(2), NEVER)).toMatchObject({ outcome: "delivered" }),
    );
    await vi.waitFor(() => expect(ids).toContain(envelope(2).id));
  });

  test("crashes while messages are under way: every attempt ends, and then it goes on", async () => {
    const running = await broker();
    const url = `mqtt://127.0.0.1:${running.port}`;
    const sink = client(url);
    let delivered = 0;
    const deliveries = Array.from({ length: 400 }, async (_, number) => {
      const { outcome } = await sink.deliver(envelope(number), NEVER);
      if (outcome === "delivered") delivered += 1;
      if (delivered === 100) await running.kill();
      return outcome;
    });
    const outcomes = await Promise.all(deliveries);
    expect(outcomes.filter((outcome) => outcome === "delivered").length).toBeGreaterThanOrEqual(100);
    await running.start();
    expect((await sink.deliver(envelope(1), NEVER)).outcome).toBe("delivered");
  });
});

describe.skipIf("reason" in found)("who may come in", () => {
  const account = { username: "gateway", password: "right horse" };

  test("with the right password, read anew after it was refused", async () => {
    const { port } = await broker({ account });
    const url = `mqtt://127.0.0.1:${port}`;
    const secrets = await secretFile("password", "wrong horse\n");
    const sink = client(url, { username: account.username }, secrets);
    const refused = await sink.deliver(envelope(1), NEVER);
    expect(refused).toEqual({
      outcome: "retry",
      detail: `the broker 127.0.0.1:${port} refuses us: we are not authorised`,
    });
    await secretFile("password", `${account.password}\n`);
    expect(await sink.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
    expect(await client(url).deliver(envelope(1), NEVER)).toMatchObject({ outcome: "retry" });
  });

  test("over TLS, by a certificate that we know and one that the broker knows", async () => {
    const authority = await TestAuthority.make(folder, "authority");
    const server = await authority.sign("server");
    const { port } = await broker({ tls: { ...server, ca: authority.certificate } });
    const url = `mqtts://127.0.0.1:${port}`;
    const ours = await authority.sign("gateway");
    const tls = { ca: authority.certificate };
    expect(await client(url, { tls: { ...tls, ...ours } }).deliver(envelope(1), NEVER)).toMatchObject({
      outcome: "delivered",
    });
    expect(await client(url, { tls }).deliver(envelope(1), NEVER)).toMatchObject({ outcome: "retry" });
    const unknown = await client(url, { tls: ours }).deliver(envelope(1), NEVER);
    expect(unknown).toMatchObject({ outcome: "retry", detail: expect.stringContaining("certificate not trusted") });
  });
});

describe("no broker", () => {
  test("a port where something else listens that never answers", async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const result = await client(`mqtt://127.0.0.1:${port}`, { timeout: 0.3 }).deliver(envelope(1), NEVER);
    expect(result).toEqual({ outcome: "retry", detail: `no whole answer from 127.0.0.1:${port} within 0.3 s` });
  });

  test("an interruption ends an attempt", async () => {
    const stop = new AbortController();
    const server = createServer(() => stop.abort());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const result = await client(`mqtt://127.0.0.1:${port}`).deliver(envelope(1), stop.signal);
    expect(result).toMatchObject({ outcome: "retry", detail: expect.stringContaining("interrupted") });
  });
});
