import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sinkClient } from "../../agent/delivery/sink-client.ts";
import type { DeliveryResult, Envelope, SinkClient } from "../../agent/delivery/types.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { realDeliveryHost } from "../../host/delivery-host.ts";
import { RealSecrets } from "../../host/secrets.ts";
import { type Certificate, selfSigned, TestAuthority } from "../helpers/certificates.ts";
import { findProgram } from "../helpers/find-program.ts";
import { scratchFolder } from "../unit/host/scratch.ts";

/*
 * The webhook client against a real receiver that behaves as receivers do, on real sockets, plain and with TLS.
 */

const NEVER = new AbortController().signal;
const KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const openssl = findProgram("openssl");

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const host = realDeliveryHost();
const opened: Server[] = [];

afterEach(async () => {
  for (const server of opened.splice(0)) {
    if ("closeAllConnections" in server) (server as ReturnType<typeof createServer>).closeAllConnections();
    server.close();
  }
});

async function receiver(handle: Handler, tls?: object): Promise<number> {
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    handle(request, response, body);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function webhook(options: Sink["options"], secrets: Sink["secrets"] = {}): Promise<SinkClient> {
  const sink: Sink = { name: "hook", type: "webhook", options: { timeout: 20, parallel: 8, ...options }, secrets };
  const ports = { ...host, secrets: new RealSecrets("/"), clock: { now: () => new Date() } };
  const client = await sinkClient(sink, { ...ports, hostName: "gateway", version: "1.2.3" });
  onTestFinished(() => client.close());
  return client;
}

async function deliver(options: Sink["options"], secrets?: Sink["secrets"]): Promise<DeliveryResult> {
  return (await webhook(options, secrets)).deliver(envelope(1), NEVER);
}

function envelope(number: number): Envelope {
  const id = String(number).padStart(32, "0");
  return {
    id,
    type: "modemkeeper.sms.received",
    source: "/modemkeeper/gateway/SIM7600",
    time: "2026-01-10T21:59:00.000Z",
    data: { id, from: "+491701234567", text: "Grüße 🎉 \u0000 <b>&" },
  };
}

async function secretFile(folder: string, value: string): Promise<Sink["secrets"]> {
  const path = join(folder, "secret");
  await writeFile(path, value, { mode: 0o600 });
  return { secret: { from: "file", path } };
}

describe("what a receiver gets", () => {
  test("a signed CloudEvent that an off-the-shelf verifier accepts, whatever the text", async () => {
    const seen: { readonly headers: IncomingMessage["headers"]; readonly body: string }[] = [];
    const port = await receiver(({ headers }, response, body) => {
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
    const port = await receiver(({ headers }, response, body) => {
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
    const port = await receiver(handle);
    const result = await deliver({ url: `http://127.0.0.1:${port}/` });
    expect(result).toMatchObject({ ...expected, detail: expect.stringMatching(detail) });
    expect(result.detail).not.toContain("Grüße");
  });

  test("hangs: the attempt ends with the sink's timeout, and the next one is served", async () => {
    let hangs = true;
    const port = await receiver((_, response) => void (hangs || response.end()));
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
    const port = await receiver((_, response) => response.end());
    const client = await webhook({ url: `http://127.0.0.1:${port}/` });
    expect(await client.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
    const [server] = opened as ReturnType<typeof createServer>[];
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    expect(await client.deliver(envelope(2), NEVER)).toEqual({
      outcome: "retry",
      detail: `connection refused by 127.0.0.1:${port}`,
    });
    await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
    expect(await client.deliver(envelope(2), NEVER)).toMatchObject({ outcome: "delivered" });
  });

  test("restarts while connections are kept: that is no failure", async () => {
    const port = await receiver((_, response) => response.end());
    const client = await webhook({ url: `http://127.0.0.1:${port}/` });
    await Promise.all([1, 2, 3, 4].map((number) => client.deliver(envelope(number), NEVER)));
    const [server] = opened as ReturnType<typeof createServer>[];
    server?.closeAllConnections();
    const results = await Promise.all([5, 6, 7, 8].map((number) => client.deliver(envelope(number), NEVER)));
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill("delivered"));
  });
});

describe.skipIf("reason" in openssl)("TLS", () => {
  let folder: string;
  let authority: TestAuthority;
  let server: Certificate;

  beforeAll(async () => {
    folder = await mkdtemp("/tmp/modemkeeper-tls-");
    authority = await TestAuthority.make(folder, "authority");
    server = await authority.sign("server");
    return () => rm(folder, { recursive: true });
  });

  async function pem({ certificate, key }: Certificate) {
    return { cert: await readFile(certificate), key: await readFile(key) };
  }

  const fine: Handler = (_, response) => response.end();

  test("a certificate of an authority that is named is accepted, for the address that it is for", async () => {
    const port = await receiver(fine, await pem(server));
    const tls = { ca: authority.certificate };
    expect(await deliver({ url: `https://127.0.0.1:${port}/`, tls })).toMatchObject({ outcome: "delivered" });
    expect(await deliver({ url: `https://localhost:${port}/`, tls })).toMatchObject({ outcome: "delivered" });
    expect(await deliver({ url: `https://127.0.0.1:${port}/` })).toMatchObject({
      outcome: "retry",
      detail: expect.stringContaining("certificate not trusted"),
    });
  });

  test("one that is signed by itself, is for another name, or has expired is not accepted", async () => {
    const tls = { ca: authority.certificate };
    const mine = await receiver(fine, await pem(await selfSigned(folder, "mine")));
    expect((await deliver({ url: `https://127.0.0.1:${mine}/` })).detail).toContain("signed by itself");
    const other = await receiver(fine, await pem(await authority.sign("other", 2, "example.org")));
    expect((await deliver({ url: `https://127.0.0.1:${other}/`, tls })).detail).toContain("for another name");
    const old = await receiver(fine, await pem(await authority.sign("old", -1)));
    expect((await deliver({ url: `https://127.0.0.1:${old}/`, tls })).detail).toContain("expired");
  });

  test("one that is signed by itself is accepted when it is named as its own authority", async () => {
    const own = await selfSigned(folder, "own");
    const port = await receiver(fine, await pem(own));
    expect(await deliver({ url: `https://127.0.0.1:${port}/`, tls: { ca: own.certificate } })).toMatchObject({
      outcome: "delivered",
    });
  });

  test("our certificate reaches a receiver that asks for it; without one there is no delivery", async () => {
    const names: string[] = [];
    const handle: Handler = ({ socket }, response) => {
      names.push((socket as TLSSocket).getPeerCertificate().subject.CN ?? "");
      response.end();
    };
    const ca = await readFile(authority.certificate);
    const port = await receiver(handle, { ...(await pem(server)), ca, requestCert: true, rejectUnauthorized: true });
    const tls = { ca: authority.certificate };
    expect(await deliver({ url: `https://127.0.0.1:${port}/`, tls })).toMatchObject({ outcome: "retry" });
    const ours = await authority.sign("gateway");
    expect(await deliver({ url: `https://127.0.0.1:${port}/`, tls: { ...tls, ...ours } })).toMatchObject({
      outcome: "delivered",
    });
    expect(names).toEqual(["gateway"]);
  });

  test("certificates that were replaced are read anew, without a restart", async () => {
    const port = await receiver(fine, await pem(server));
    const wrong = await TestAuthority.make(folder, "wrong");
    const path = join(folder, "named.crt");
    await copyFile(wrong.certificate, path);
    const client = await webhook({ url: `https://127.0.0.1:${port}/`, tls: { ca: path } });
    expect(await client.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "retry" });
    await copyFile(authority.certificate, path);
    expect(await client.deliver(envelope(1), NEVER)).toMatchObject({ outcome: "delivered" });
  });

  test("certificates that are missing or none are said so", async () => {
    const port = await receiver(fine, await pem(server));
    const missing = await deliver({ url: `https://127.0.0.1:${port}/`, tls: { ca: "/nonexistent/ca.pem" } });
    expect(missing).toMatchObject({ outcome: "retry", detail: expect.stringContaining("/nonexistent/ca.pem") });
    const nonsense = join(folder, "nonsense.pem");
    await writeFile(nonsense, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    const broken = await deliver({
      url: `https://127.0.0.1:${port}/`,
      tls: { certificate: nonsense, key: server.key },
    });
    expect(broken).toMatchObject({ outcome: "retry", detail: expect.stringContaining(nonsense) });
  });

  test("a receiver without TLS", async () => {
    const port = await receiver(fine);
    expect((await deliver({ url: `https://127.0.0.1:${port}/` })).detail).toMatch(/TLS/);
  });
});
