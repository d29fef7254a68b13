import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { judged } from "../../../../agent/delivery/http-answer.ts";
import { signingKeys } from "../../../../agent/delivery/signature.ts";
import { sinkClient } from "../../../../agent/delivery/sink-client.ts";
import type { WebAnswer } from "../../../../core/delivery-ports.ts";
import { ENVELOPE, NEVER, ScriptedPorts, sink } from "./ports.ts";

const URL = "https://example.org/hook";
const OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

function answer(status: number, headers: Record<string, string> = {}): WebAnswer {
  return { status, headers, body: "the text of the message" };
}

async function delivered(options: object = {}, stored: Record<string, string> = {}) {
  const ports = new ScriptedPorts();
  for (const [name, value] of Object.entries(stored)) ports.stored.set(`/${name}`, value);
  const refs = Object.fromEntries(Object.keys(stored).map((name) => [name, `/${name}`]));
  const client = await sinkClient(sink("webhook", { url: URL, ...options }, refs), ports);
  const result = await client.deliver(ENVELOPE, NEVER);
  const [request] = ports.requests;
  return { ports, client, result, request, headers: request?.headers ?? {}, body: request?.body ?? "" };
}

describe("the request", () => {
  test("a CloudEvent in structured mode, with one key for all attempts", async () => {
    const { request, headers, body } = await delivered({ timeout: 3, tls: { ca: "/ca.pem" } });
    expect(request).toMatchObject({ method: "POST", url: URL, timeout: 3_000, tls: { ca: "/ca.pem" } });
    expect(headers).toEqual({
      "content-type": "application/cloudevents+json; charset=utf-8",
      "user-agent": "modemkeeper/1.2.3",
      "idempotency-key": ENVELOPE.id,
      "webhook-id": ENVELOPE.id,
      "webhook-timestamp": String(Date.parse("2026-01-10T22:00:00Z") / 1000),
    });
    expect(JSON.parse(body)).toMatchObject({ specversion: "1.0", id: ENVELOPE.id, data: ENVELOPE.data });
  });

  test("further headers are ours only in their names' case, and never take the place of ours", async () => {
    const { headers } = await delivered(
      { headers: { "X-Team": "sms", "Content-Type": "text/plain", "WEBHOOK-ID": "x" } },
      { token: "abc\n" },
    );
    expect(headers).toMatchObject({
      "x-team": "sms",
      "content-type": "application/cloudevents+json; charset=utf-8",
      "webhook-id": ENVELOPE.id,
      authorization: "Bearer abc",
    });
    expect(Object.keys(headers).filter((name) => name.toLowerCase() === "webhook-id")).toHaveLength(1);
  });

  test("two lines in the secret are two signatures; whoever knows either accepts", async () => {
    const { headers, body } = await freshlySigned(`${NEW}\n${OLD}`);
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const key of [OLD, NEW])
      expect(new Webhook(key).verify(body, { ...headers })).toMatchObject({ id: ENVELOPE.id });
    expect(() => new Webhook(OLD).verify(`${body} `, { ...headers })).toThrow();
  });

  /** The verifier compares with its own clock. */
  async function freshlySigned(secret: string) {
    const ports = new ScriptedPorts();
    ports.now = new Date();
    ports.stored.set("/secret", secret);
    const client = await sinkClient(sink("webhook", { url: URL }, { secret: "/secret" }), ports);
    await client.deliver(ENVELOPE, NEVER);
    return { headers: ports.requests[0]?.headers ?? {}, body: ports.requests[0]?.body ?? "" };
  }
});

describe("keys", () => {
  test.each([
    ["", "empty"],
    ["whsec_not base64!", "line 1 is not base64"],
    [`${OLD}\nwhsec_c2hvcnQ=`, "line 2 has 5 octets, fewer than 24"],
    [Array(6).fill(OLD).join("\n"), "more than 5 lines"],
  ])("%j is refused and never quoted", (secret, what) => {
    let said = "";
    try {
      signingKeys(secret);
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain(what);
    expect(said).not.toContain("not base64!");
    expect(said).not.toContain("c2hvcnQ=");
  });

  test("plain base64 and whsec_ are the same key", () => {
    expect(signingKeys(OLD)).toEqual(signingKeys(`\n ${OLD.slice(6)} \r\n`));
  });
});

describe("secrets that change", () => {
  test("after 401 they are read anew, and if they differ tried at once", async () => {
    const ports = new ScriptedPorts();
    ports.stored.set("/token", "old");
    ports.onRequest = ({ headers }) => answer(headers.authorization === "Bearer new" ? 200 : 401);
    const client = await sinkClient(sink("webhook", { url: URL }, { token: "/token" }), ports);
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({ outcome: "refused" });
    expect(ports.requests).toHaveLength(1);
    ports.stored.set("/token", "new");
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({ outcome: "delivered" });
    expect(ports.requests).toHaveLength(3);
  });

  test("a secret that is missing or no key is waited for; nothing is sent unsigned", async () => {
    const ports = new ScriptedPorts();
    const client = await sinkClient(sink("webhook", { url: URL }, { secret: "/secret" }), ports);
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({
      outcome: "retry",
      detail: expect.stringContaining("no such file"),
    });
    ports.stored.set("/secret", "short");
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({
      outcome: "retry",
      detail: expect.stringContaining("cannot be used"),
    });
    expect(ports.requests).toEqual([]);
    ports.stored.set("/secret", OLD);
    expect(await client.deliver(ENVELOPE, NEVER)).toMatchObject({ outcome: "delivered" });
  });
});

describe("what an answer means", () => {
  const now = Date.parse("2026-01-10T22:00:00Z");

  test.each([
    [200, "delivered"],
    [204, "delivered"],
    [301, "refused"],
    [304, "refused"],
    [400, "refused"],
    [404, "refused"],
    [408, "retry"],
    [418, "refused"],
    [425, "retry"],
    [429, "retry"],
    [500, "retry"],
    [503, "retry"],
    [599, "retry"],
  ])("%i is %s, and the answer's body is not told", (status, outcome) => {
    const result = judged(answer(status), now);
    expect(result.outcome).toBe(outcome);
    expect(result.detail).toContain(String(status));
    expect(result.detail).not.toContain("text of the message");
  });

  test.each([
    ["120", 120_000],
    [" 5 ", 5_000],
    ["Sat, 10 Jan 2026 22:01:00 GMT", 60_000],
    ["Sat, 10 Jan 2026 21:01:00 GMT", undefined],
    ["0", undefined],
    ["-5", undefined],
    ["soon", undefined],
    ["", undefined],
  ])("Retry-After: %j", (value, after) => {
    const result = judged(answer(503, { "retry-after": value }), now);
    expect(result.outcome === "retry" ? result.after : "not a retry").toBe(after);
  });

  test("no whole answer is tried again, in one short line", async () => {
    const ports = new ScriptedPorts();
    ports.onRequest = () => {
      throw new Error(`connection refused\u0007\n${"x".repeat(1_000)}`);
    };
    const client = await sinkClient(sink("webhook", { url: URL }), ports);
    const result = await client.deliver(ENVELOPE, NEVER);
    expect(result).toMatchObject({ outcome: "retry", detail: expect.stringMatching(/^connection refused··x+…$/) });
    expect(result.detail).toHaveLength(300);
  });
});
