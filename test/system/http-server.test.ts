import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { HttpRequest } from "../../core/http-ports.ts";
import { raw, send } from "../helpers/http-client.ts";
import { ANYWHERE, connectTo, LIMITS, OK, serve } from "./http-serving.ts";

/*
 * The server that the API stands on, against clients that are slow, rude, huge or gone.
 */

test("a request arrives as it was sent, and the reply as it was given", async () => {
  const seen: HttpRequest[] = [];
  const address = await serve(async (request) => {
    seen.push(request);
    return { status: 203, headers: { "x-a": "b" }, body: JSON.stringify(await request.body(100)) };
  });
  const headers = { "X-One": "1", "x-two": ["2", "3"], authorization: ["Bearer a", "Bearer b"] };
  const got = await send(address, "/a%20b?c=d", { method: "POST", headers, body: "grüße" });
  expect(got).toMatchObject({ status: 203, body: '{"text":"grüße"}' });
  expect(got.headers).toMatchObject({ "x-a": "b", "content-length": "18" });
  expect(seen[0]).toMatchObject({ method: "POST", target: "/a%20b?c=d", peer: { address: "127.0.0.1" } });
  // Not the first alone: what is given twice is seen twice.
  expect(seen[0]?.headers).toMatchObject({ "x-one": "1", "x-two": "2, 3", authorization: "Bearer a, Bearer b" });
});

test("a body that is too long is refused by its announced or its real length, and the client gets to know", async () => {
  const address = await serve(async ({ body }) => ({ ...OK, body: JSON.stringify(await body(10)) }));
  expect((await send(address, "/", { method: "POST", body: "0123456789" })).body).toBe('{"text":"0123456789"}');
  expect((await send(address, "/", { method: "POST", body: "0123456789a" })).body).toBe('{"refused":"too-long"}');
  const chunked = { "transfer-encoding": "chunked" };
  const long = Buffer.alloc(100_000, "x");
  expect((await send(address, "/", { method: "POST", headers: chunked, body: long })).body).toBe(
    '{"refused":"too-long"}',
  );
  expect((await send(address, "/", { method: "POST", body: Buffer.from([0xff, 0xfe]) })).body).toBe(
    '{"refused":"not-utf8"}',
  );
});

test("a body that nobody asks for is not read without end", async () => {
  const address = await serve(async () => OK, ANYWHERE, { ...LIMITS, request: 60_000 });
  const socket = connectTo(address);
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk.toString("latin1");
  });
  const closed = new Promise<true>((resolve) => socket.once("close", () => resolve(true)));
  socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000\r\n\r\n");
  await expect.poll(() => said).toContain("HTTP/1.1 200 OK");
  const piece = Buffer.alloc(100_000, "x");
  // Kernels take some megabytes that nobody reads; a server that read them all would go on for ever.
  for (let sent = 0, over = false; !over; sent += piece.length) {
    expect(sent).toBeLessThan(100_000_000);
    const full = !socket.write(piece);
    over = full
      ? await Promise.race([
          closed,
          once(socket, "drain").then(
            () => false,
            () => true,
          ),
        ])
      : socket.destroyed;
  }
  expect((await send(address, "/")).status).toBe(200);
});

test("the rest of a refused body is not taken for another request", async () => {
  let requests = 0;
  const address = await serve(async () => {
    requests += 1;
    return OK;
  });
  const inner = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const said = await raw(
    address,
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    "GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
  );
  expect(said.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(requests).toBe(2);
});

test("100-continue comes only from a handler that wants the body", async () => {
  const address = await serve(async ({ target, body }) => {
    return target === "/wanted" ? { ...OK, body: JSON.stringify(await body(100)) } : { ...OK, status: 401 };
  });
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n`;
  expect(await raw(address, head("/unwanted"))).toMatch(/^HTTP\/1\.1 401 /);
  expect(await raw(address, head("/wanted"), "hi")).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
});

test.each([
  ["half a request line", "GET /"],
  ["half a header", "GET / HTTP/1.1\r\nHost: local"],
  ["a body that never comes", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n1"],
])("slow loris, %s: closed when its time is up", async (_, start) => {
  const address = await serve(async ({ body }) => ({ ...OK, body: JSON.stringify(await body(100)) }));
  const said = await raw(address, start);
  expect(said === "" || said.startsWith("HTTP/1.1 408 ") || said.includes("cut-off")).toBe(true);
});

test("a drop of header every now and then does not gain time", async () => {
  const address = await serve(async () => OK);
  const socket = connectTo(address);
  const drip = setInterval(() => socket.write("X: 1\r\n"), 50);
  onTestFinished(() => clearInterval(drip));
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
  await new Promise((resolve) => socket.once("close", resolve));
  expect((await send(address, "/")).status).toBe(200);
});

test.each([
  ["no HTTP", "hello\r\n\r\n", 400],
  ["a NUL in the path", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["a space in a header's name", "GET / HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n", 400],
  ["two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
  ["length and chunks", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
  ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["a huge header", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
  ["a huge address", `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  ["a tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", undefined],
])("%s does not reach the handler", async (_, octets, status) => {
  let reached = false;
  const address = await serve(async () => {
    reached = true;
    return OK;
  });
  const said = await raw(address, octets);
  expect(said.slice(0, 12)).toBe(status === undefined ? "" : `HTTP/1.1 ${status}`);
  expect(said).not.toMatch(/node|at .*\.ts|stack/i);
  expect(reached).toBe(false);
});

test("pipelined requests are answered in their order", async () => {
  const address = await serve(async ({ target }) => ({ ...OK, body: target }));
  const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
  const said = await raw(address, get("/1") + get("/2") + get("/3", "Connection: close\r\n"));
  expect([...said.matchAll(/\r\n\r\n(\/\d)/g)].map(([, path]) => path)).toEqual(["/1", "/2", "/3"]);
});

test("junk behind a request ends the connection, and is not answered in the request's place", async () => {
  const address = await serve(async () => OK);
  const said = await raw(address, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01junk\r\n\r\n");
  expect(said).not.toMatch(/^HTTP\/1\.1 400/);
  expect((await send(address, "/")).status).toBe(200);
});

test("a handler that throws is a 500 without a word of why", async () => {
  const address = await serve(async () => {
    throw new Error("secret /etc/passwd");
  });
  const got = await send(address, "/");
  expect(got.status).toBe(500);
  expect(got.value).toMatchObject({ status: 500, code: "internal" });
  expect(got.body).not.toContain("secret");
});

test("HEAD gives headers only, also of a stream, which is not begun", async () => {
  let begun = false;
  async function* stream() {
    begun = true;
    yield "x";
  }
  const address = await serve(async ({ target }) => ({ ...OK, body: target === "/s" ? stream() : "four" }));
  const got = await send(address, "/", { method: "HEAD" });
  expect(got).toMatchObject({ status: 200, body: "", headers: { "content-length": "4" } });
  expect(await send(address, "/s", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  expect(begun).toBe(false);
});

test("a stream comes piece by piece, and its source learns that the client has gone", async () => {
  let ended = () => {};
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  async function* count(gone: AbortSignal) {
    try {
      yield "one ";
      await new Promise((resolve) => gone.addEventListener("abort", resolve));
    } finally {
      ended();
    }
  }
  const address = await serve(async ({ gone }) => ({ ...OK, body: count(gone) }));
  const request = httpRequest(`http://${address}/`).end();
  const [response] = await once(request, "response");
  expect(String((await once(response, "data"))[0])).toBe("one ");
  request.destroy();
  await end;
});

test("a client that does not read holds nobody up, and is cut off", async () => {
  let pieces = 0;
  let over = () => {};
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  async function* flood() {
    try {
      for (;;) {
        pieces += 1;
        yield "x".repeat(65_536);
      }
    } finally {
      over();
    }
  }
  const address = await serve(async ({ target }) => ({ ...OK, body: target === "/flood" ? flood() : "ok" }));
  const socket = connectTo(address);
  socket.write("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
  await once(socket, "readable");
  expect((await send(address, "/")).body).toBe("ok");
  await ended;
  // Buffers of the kernel on both sides, no more.
  expect(pieces).toBeLessThan(500);
});

test("more connections than permitted are closed, and room is made when some leave", async () => {
  const address = await serve(async () => OK, ANYWHERE, { ...LIMITS, headers: 60_000, connections: 3 });
  const held = [connectTo(address), connectTo(address), connectTo(address)];
  await Promise.all(held.map((socket) => once(socket, "connect")));
  // Each has been accepted once it is answered.
  for (const socket of held) {
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    socket.write("GET / HTTP/1.1\r\n");
  }
  expect(await raw(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).toBe("");
  held[0]?.destroy();
  await expect
    .poll(() =>
      send(address, "/")
        .then((got) => got.status)
        .catch(() => 0),
    )
    .toBe(200);
});
