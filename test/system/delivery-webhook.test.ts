import { writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import type { Sink } from "../../core/model/inventory.ts";
import { deliver, envelope, type Handler, NEVER, receiver, webhook } from "../helpers/webhook-ends.ts";
import { scratchFolder } from "../unit/host/scratch.ts";

/*
 * The webhook client against a real receiver that behaves as receivers do, on real sockets. TLS: delivery-webhook-tls.test.ts.
 */

const KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async function secretFile(folder: string, value: string): Promise<Sink["secrets"]> {
  const path = join(folder, "secret");
  await writeFile(path, value, { mode: 0o600 });
  return { secret: { from: "file", path } };
}

describe("what a receiver gets", () => {
  test("a signed CloudEvent that an off-the-shelf verifier accepts, whatever the text", async () => {
    const seen: { readonly headers: IncomingMessage["headers"]; readonly body: string }[] = [];
    const { port } = await receiver(({ headers }, response, body) => {
      seen.push({ headers, body });
      response.end();
    });
    const secrets = await secretFile(await scratchFolder(), `${KEY}\n`);
    expect(await deliver({ url: `http://127.0.0.1:${port}/hook` }, secrets)).toMatchObject({ outcome: "delivered" });
    const [{ headers, body } = { headers: {}, body: "" }] = seen;
    expect(headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    const event = new Webhook(KEY).verify(body, headers as Record<string, string>);
    expect(event).toMatchObject({ specversion: "1.0", id: envelope(1).id, data: envelope(1).data });
    const changed = body.replace("Gr", "gr");
    expect(() => new Webhook(KEY).verify(changed, headers as Record<string, string>)).toThrow();
  });

  test("a new key is used once the receiver refuses the old one; no restart, no lost attempt", async () => {
    const other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let accepted = KEY;
    const { port } = await receiver(({ headers }, response, body) => {
      try {
        new Webhook(accepted).verify(body, headers as Record<string, string>);
        response.end();
      } catch {
        response.writeHead(401).end();
      }
    });
    const folder = await scratchFolder();
    const client = await webhook({ url: `http://127.0.0.1:${port}/` }, await secretFile(folder, KEY));
    expect(await client.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
    accepted = other;
    expect(await client.deliver(envelope(2), NEVER)).toMatchObject({ outcome: "refused" });
    await secretFile(folder, `${other}\n${KEY}\n`);
    expect(await client.deliver(envelope(2), NEVER)).toMatchObject({ outcome: "delivered" });
  });
});

describe("a receiver that misbehaves", () => {
  const answers: readonly (readonly [string, Handler, object])[] = [
    ["is slow", (_, response) => void setTimeout(() => response.end(), 300), { outcome: "delivered" }],
    ["answers 500", (_, response) => response.writeHead(500).end("Grüße"), { outcome: "retry" }],
    [
      "answers 429",
      (_, response) => response.writeHead(429, { "retry-after": "30" }).end(),
      { outcome: "retry", after: 30_000 },
    ],
    ["answers 404", (_, response) => response.writeHead(404).end(), { outcome: "refused" }],
    [
      "redirects",
      (_, response) => response.writeHead(307, { location: "http://127.0.0.1:1/" }).end(),
      { outcome: "refused" },
    ],
    ["dies before it answers", (request) => request.socket.destroy(), { outcome: "retry", detail: /cut off/ }],
    [
      "dies amid its answer",
      ({ socket }, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("half", () => socket.destroy());
      },
      { outcome: "retry", detail: /cut off/ },
    ],
  ];

  test.each(answers)("%s", async (_, handle, { detail = /./, ...expected }: { detail?: RegExp }) => {
    const { port } = await receiver(handle);
    const result = await deliver({ url: `http://127.0.0.1:${port}/` });
    expect(result).toMatchObject({ ...expected, detail: expect.stringMatching(detail) });
    expect(result.detail).not.toContain("Grüße");
  });

  test("hangs: the attempt ends with the sink's timeout, and the next one is served", async () => {
    let hangs = true;
    const { port } = await receiver((_, response) => void (hangs || response.end()));
    const client = await webhook({ url: `http://127.0.0.1:${port}/`, timeout: 0.2 });
    expect(await client.deliver(envelope(1), NEVER)).toEqual({
      outcome: "retry",
      detail: `no whole answer from 127.0.0.1:${port} within 0.2 s`,
    });
    hangs = false;
    const patient = await webhook({ url: `http://127.0.0.1:${port}/` });
    expect(await patient.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
  });

  test("refuses connections, then listens again on the same port", async () => {
    const { port, server } = await receiver((_, response) => response.end());
    const client = await webhook({ url: `http://127.0.0.1:${port}/` });
    expect(await client.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await client.deliver(envelope(2), NEVER)).toEqual({
      outcome: "retry",
      detail: `connection refused by 127.0.0.1:${port}`,
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    expect(await client.deliver(envelope(2), NEVER)).toMatchObject({ outcome: "delivered" });
  });

  test("restarts while connections are kept: that is no failure", async () => {
    const { port, server } = await receiver((_, response) => response.end());
    const client = await webhook({ url: `http://127.0.0.1:${port}/` });
    await Promise.all([1, 2, 3, 4].map((number) => client.deliver(envelope(number), NEVER)));
    server.closeAllConnections();
    const results = await Promise.all([5, 6, 7, 8].map((number) => client.deliver(envelope(number), NEVER)));
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill("delivered"));
  });
});
