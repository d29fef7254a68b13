import { describe, expect, test } from "vitest";
import { patienceOf } from "../../../../agent/delivery/options.ts";
import { sinkClient } from "../../../../agent/delivery/sink-client.ts";
import { ENVELOPE, NEVER, ScriptedPorts, sink } from "./ports.ts";

const EVENT = {
  specversion: "1.0",
  id: ENVELOPE.id,
  source: ENVELOPE.source,
  type: ENVELOPE.type,
  time: ENVELOPE.time,
  datacontenttype: "application/json",
  data: ENVELOPE.data,
};

describe("which client", () => {
  test.each([
    ["webhook", { url: "https://example.org/x" }],
    ["exec", { command: ["/bin/true"] }],
    ["mqtt", { url: "mqtt://localhost", topic: "sms" }],
    ["file", { path: "/var/log/sms.jsonl" }],
  ])("%s", async (type, options) => {
    const client = await sinkClient(sink(type, options), new ScriptedPorts());
    expect(client).toMatchObject({ type, name: "receiver" });
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({ outcome: "delivered" });
    await client.close();
  });

  test("another type, or an option that is missing, is an error of the inventory", async () => {
    await expect(sinkClient(sink("pigeon", {}), new ScriptedPorts())).rejects.toMatchObject({
      code: "inventory-invalid",
    });
    await expect(sinkClient(sink("webhook", {}), new ScriptedPorts())).rejects.toThrow("has no `url`");
  });

  test("patience comes from the inventory, or is a week", () => {
    expect(patienceOf(sink("file", { retry_for: 60, refusals: 3 }))).toEqual({ retryFor: 60_000, refusals: 3 });
    expect(patienceOf(sink("file", {}))).toEqual({ retryFor: 604_800_000, refusals: 10 });
  });
});

describe("exec", () => {
  test("the program gets the message as one object, its own arguments, and which event it is", async () => {
    const ports = new ScriptedPorts();
    const command = ["/usr/local/bin/handle", "--file", "{file}", "x{file}"];
    const client = await sinkClient(sink("exec", { command, user: "sms", timeout: 5, parallel: 2 }), ports);
    expect(client.parallel).toBe(2);
    await client.deliver({ ...ENVELOPE, words: ["modem is\n\0back", "info"] }, NEVER);
    const [call] = ports.calls;
    expect(call).toMatchObject({
      argv: ["/usr/local/bin/handle", "--file", ENVELOPE.file, "x{file}", "modem is··back", "info"],
      environment: { MODEMKEEPER_ID: ENVELOPE.id, MODEMKEEPER_TYPE: ENVELOPE.type, MODEMKEEPER_FILE: ENVELOPE.file },
      user: "sms",
      timeout: 5_000,
    });
    expect(call?.input.endsWith("}\n")).toBe(true);
    expect(JSON.parse(call?.input ?? "")).toEqual({ ...ENVELOPE.data, type: ENVELOPE.type, time: ENVELOPE.time });
  });

  test("a message without a file gives an empty argument and no variable", async () => {
    const ports = new ScriptedPorts();
    const { file: _, ...without } = ENVELOPE;
    const client = await sinkClient(sink("exec", { command: ["/bin/handle", "{file}"] }), ports);
    await client.deliver(without, NEVER);
    expect(ports.calls[0]?.argv).toEqual(["/bin/handle", ""]);
    expect(ports.calls[0]?.environment).not.toHaveProperty("MODEMKEEPER_FILE");
  });

  test.each([
    [0, false, "delivered", "exit code 0"],
    [75, false, "retry", "exit code 75"],
    [1, false, "refused", "exit code 1"],
    [139, false, "refused", "signal 11"],
    [143, true, "retry", "within 10 s"],
  ] as const)("exit code %i, late %s: %s", async (code, late, outcome, detail) => {
    const ports = new ScriptedPorts();
    ports.onCall = () => ({ code, late, said: "the secret text of the message" });
    const client = await sinkClient(sink("exec", { command: ["/bin/handle"] }), ports);
    const result = await client.deliver(ENVELOPE, NEVER);
    expect(result).toMatchObject({ outcome, detail: expect.stringContaining(detail) });
    expect(result.detail).not.toContain("secret");
  });

  test("a program that is not there is not the message's fault", async () => {
    const ports = new ScriptedPorts();
    ports.onCall = () => {
      throw new Error("there is no program /bin/handle");
    };
    const client = await sinkClient(sink("exec", { command: ["/bin/handle"] }), ports);
    expect(await client.deliver(ENVELOPE, NEVER)).toEqual({
      outcome: "retry",
      detail: "there is no program /bin/handle",
    });
  });
});

describe("file", () => {
  test("one line of JSON for each event, rotated as the inventory says", async () => {
    const ports = new ScriptedPorts();
    const options = { path: "/var/log/sms.jsonl", rotate_at: 20_000, keep: 2 };
    const client = await sinkClient(sink("file", options), ports);
    await client.deliver(ENVELOPE, NEVER);
    expect(ports.lines).toMatchObject([{ path: options.path, rotation: { rotateAt: 20_000, keep: 2 } }]);
    expect(ports.lines[0]?.line).not.toContain("\n");
    expect(JSON.parse(ports.lines[0]?.line ?? "")).toEqual(EVENT);
  });

  test("a disk that is full is waited for", async () => {
    const ports = new ScriptedPorts();
    ports.onLine = () => {
      throw new Error("no space left");
    };
    const client = await sinkClient(sink("file", { path: "/x" }), ports);
    expect(await client.deliver(ENVELOPE, NEVER)).toEqual({ outcome: "retry", detail: "no space left" });
  });
});

describe("mqtt", () => {
  const options = { url: "mqtts://broker:8883", topic: "gateway/sms", tls: { ca: "/etc/ca.pem" } };

  test("one connection for all messages, at least once by default", async () => {
    const ports = new ScriptedPorts();
    ports.stored.set("/pw", "hunter2");
    const client = await sinkClient(sink("mqtt", { ...options, username: "gw" }, { password: "/pw" }), ports);
    await client.deliver(ENVELOPE, NEVER);
    await client.deliver(ENVELOPE, NEVER);
    expect(ports.connections).toEqual([
      {
        url: options.url,
        clientId: "modemkeeper-gateway-receiver",
        username: "gw",
        password: "hunter2",
        tls: { ca: "/etc/ca.pem" },
        timeout: 10_000,
      },
    ]);
    expect(ports.published).toHaveLength(2);
    expect(ports.published[0]).toMatchObject({ topic: "gateway/sms", qos: 1, retain: false, timeout: 10_000 });
    await client.close();
    expect(ports.closedBrokers).toBe(1);
  });

  test("after a failure it connects anew, with the password as it is by then", async () => {
    const ports = new ScriptedPorts();
    const client = await sinkClient(sink("mqtt", { ...options, qos: 2, retain: true }, { password: "/pw" }), ports);
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({
      outcome: "retry",
      detail: expect.stringContaining("secret"),
    });
    ports.stored.set("/pw", "old");
    ports.onPublish = () => {
      throw new Error("the broker refused us: not authorized");
    };
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({ outcome: "retry" });
    ports.stored.set("/pw", "new");
    ports.onPublish = () => {};
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({ outcome: "delivered" });
    expect(ports.connections.map(({ password }) => password)).toEqual(["old", "new"]);
    expect(ports.published).toMatchObject([{ qos: 2, retain: true }]);
  });
});
