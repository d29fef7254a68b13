import { expect, test } from "vitest";
import { expectListed, expectSafe, OPERATIONS } from "../helpers/api-contract.ts";
import { type RealApi, realApi, TOKEN } from "../helpers/api-desk.ts";
import { type Got, raw, type Sent, send } from "../helpers/http-client.ts";

/*
 * Every address of the API behind the real server, asked as it should and as it should not be. Each answer is compared with
 * the published OpenAPI document.
 */

const JSON_TYPE = { "content-type": "application/json" };
const BEARER = { authorization: `Bearer ${TOKEN}` };
const changes = OPERATIONS.filter(({ route }) => route.may === "change");
const readings = OPERATIONS.filter(({ route }) => route.may !== "change");

function ask(api: RealApi, { id, route, address }: (typeof OPERATIONS)[number], sent: Sent = {}): Promise<Got> {
  // A stream has no end: its headers are enough here.
  const method = id === "events" ? "HEAD" : route.method;
  return send(api.address(), address, { method, ...sent });
}

test("over loopback everybody may read, with GET and HEAD", async () => {
  const api = await realApi();
  for (const one of readings) {
    const got = await ask(api, one);
    expectListed(got, "GET", one.route.path);
    expect(got.status, one.id).toBe(one.id === "job" ? 404 : 200);
    const head = await ask(api, one, { method: "HEAD" });
    expect(head).toMatchObject({ status: got.status, body: "" });
    expect(head.headers["content-type"]).toBe(got.headers["content-type"]);
  }
});

test.each(changes)("$id: not without a token, and nothing happens", async (one) => {
  const api = await realApi();
  const none = await ask(api, one, { headers: JSON_TYPE, body: "{}" });
  expect(none).toMatchObject({ status: 401, value: { code: "token-needed" } });
  expect(none.headers["www-authenticate"]).toBe('Bearer realm="modemkeeper"');
  expectListed(none, "POST", one.route.path);
  for (const authorization of [`Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, "Bearer "]) {
    const wrong = await ask(api, one, { headers: { ...JSON_TYPE, authorization }, body: "{}" });
    expect(wrong, authorization).toMatchObject({ status: 401, value: { code: "wrong-token" } });
    expectListed(wrong, "POST", one.route.path);
  }
  expect(api.machine.journal.filter((line) => line.startsWith("job"))).toEqual([]);
});

test.each(changes)("$id: not by another method", async (one) => {
  const api = await realApi();
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const got = await ask(api, one, { method, headers: BEARER });
    expect(got.status).toBe(405);
    expect(got.headers.allow).toBe("POST");
    expectSafe(got);
  }
});

test.each(changes)("$id: a body that is too long, no JSON, no object, or says too much is refused", async (one) => {
  const api = await realApi();
  const cases: readonly (readonly [number, string, Sent])[] = [
    [413, "body-too-long", { body: JSON.stringify({ reason: "x".repeat(20_000) }) }],
    [413, "body-too-long", { body: " ".repeat(20_000), headers: { "transfer-encoding": "chunked" } }],
    [400, "bad-json", { body: "{" }],
    [400, "bad-json", { body: '{"a":1}{"b":2}' }],
    [400, "bad-json", { body: Buffer.from([0x22, 0xff, 0x22]) }],
    [415, "not-json", { body: "{}", headers: { "content-type": "text/plain" } }],
    [415, "not-json", { body: "a=b", headers: { "content-type": "application/x-www-form-urlencoded" } }],
    [415, "not-json", { body: "{}", headers: { "content-type": "application/json; charset=latin1" } }],
    [415, "not-json", { body: "{}", headers: { "content-encoding": "gzip" } }],
    [422, "bad-body", { body: "[]" }],
    [422, "bad-body", { body: "null" }],
    [422, "bad-body", { body: '{"unknown":1}' }],
    [422, "bad-body", { body: '{"__proto__":{"modem":"SIM7600"}}' }],
    [422, "bad-body", { body: '{"constructor":1}' }],
  ];
  for (const [status, code, { body, headers = {} }] of cases) {
    const got = await ask(api, one, { headers: { ...JSON_TYPE, ...BEARER, ...headers }, body: body ?? "" });
    expect(got, `${String(body).slice(0, 40)} ${JSON.stringify(headers)}`).toMatchObject({ status, value: { code } });
    expectListed(got, "POST", one.route.path);
  }
  expect(api.machine.journal.filter((line) => line.startsWith("job"))).toEqual([]);
});

test("from elsewhere nothing is read without a token but the page and whether the agent lives", async () => {
  const api = await realApi({
    listen: "0.0.0.0:8070",
    token: { from: "file", path: "/etc/modemkeeper/secrets/http.token" },
  });
  for (const one of readings) {
    const none = await ask(api, one);
    expect(none.status, one.id).toBe(one.route.may === "anyone" ? 200 : 401);
    const with_ = await ask(api, one, { headers: BEARER });
    expectListed(with_, "GET", one.route.path);
    expect(with_.status).toBe(one.id === "job" ? 404 : 200);
  }
});

test("without a token in the inventory nothing changes over the network, and root may everything over the socket", async () => {
  const api = await realApi({});
  for (const one of changes) {
    const got = await ask(api, one, { headers: { ...JSON_TYPE, ...BEARER }, body: "{}" });
    expect(got).toMatchObject({ status: 403, value: { code: "no-token" } });
    expectListed(got, "POST", one.route.path);
  }
  const stopped = await send("", "/monitor/smsd/stop", { method: "POST", socket: api.socket });
  expect(stopped).toMatchObject({ status: 202, value: { job: { kind: "smsd-stop", by: "socket" } } });
  expectListed(stopped, "POST", "/monitor/smsd/stop");
});

test("a name that somebody lets point at us, and a page of another site, get nothing", async () => {
  const api = await realApi();
  const rebound = await send(api.address(), "/monitor/status", { headers: { host: "evil.example:8070" } });
  expect(rebound).toMatchObject({ status: 421, value: { code: "wrong-host" } });
  expectListed(rebound, "GET", "/monitor/status");
  const site = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
  const foreign = await send(api.address(), "/monitor/events", { headers: site });
  expect(foreign).toMatchObject({ status: 403, value: { code: "cross-site" } });
  const followed = await send(api.address(), "/", { headers: { ...site, "sec-fetch-mode": "navigate" } });
  expect(followed.status).toBe(200);
});

test.each([
  "/monitor/%2e%2e/status",
  "/..%2f..%2fetc/passwd",
  "//monitor/status",
  "/monitor/status%00",
  "/monitor/jobs/%0d%0aX:1",
])("%s leads nowhere", async (path) => {
  const api = await realApi();
  const said = await raw(api.address(), `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  expect(said).toMatch(/^HTTP\/1\.1 40[04] /);
  expect(said).not.toMatch(/root:|^X:1/m);
});

test("a flood is slowed down and told when to come again; the socket still answers", async () => {
  const api = await realApi();
  const all = await Promise.all(
    Array.from({ length: 450 }, () => send(api.address(), "/healthz").catch(() => undefined)),
  );
  const refused = all.filter((got) => got?.status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const got of refused) if (got) expect(Number(got.headers["retry-after"])).toBeGreaterThan(0);
  expect((await send("", "/monitor/status", { socket: api.socket })).status).toBe(200);
});

test("who guesses tokens is locked out for a while, whatever he shows then; others are not", async () => {
  const api = await realApi();
  const guess = (token: string) =>
    send(api.address(), "/monitor/status", { headers: { authorization: `Bearer ${token}` } }).then(
      ({ status }) => status,
    );
  const answers: number[] = [];
  for (let i = 0; i < 7; i += 1) answers.push(await guess(`guess ${i}`.replace(" ", "-")));
  expect(answers).toEqual([401, 401, 401, 401, 401, 429, 429]);
  expect(await guess(TOKEN)).toBe(429);
  expect((await send(api.address(), "/monitor/status")).status).toBe(200);
});

test("changes are counted: after some in a row there is a pause", async () => {
  const api = await realApi();
  const answers: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    const got = await send(api.address(), "/monitor/smsd/start", { method: "POST", headers: BEARER });
    expectListed(got, "POST", "/monitor/smsd/start");
    answers.push(got.status);
    await expect.poll(() => send(api.address(), "/monitor/jobs").then(({ body }) => body)).not.toContain('"running"');
  }
  expect(answers).toEqual([202, 202, 202, 202, 202, 429, 429]);
});
