import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { WebRequest } from "../../../core/delivery-ports.ts";
import { RealWeb } from "../../../host/web.ts";

const NEVER = new AbortController().signal;

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function web(): RealWeb {
  const made = new RealWeb();
  onTestFinished(() => made.close());
  return made;
}

function post(url: string, more: Partial<WebRequest> = {}): WebRequest {
  return { method: "POST", url, headers: {}, body: "Grüße", timeout: 30_000, ...more };
}

/** A server that answers each connection's first octets by `react`, and knows how many there were. */
async function rawServer(react: (socket: Socket, connection: number) => void) {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    const number = connections;
    socket.on("error", () => {});
    socket.on("data", () => react(socket, number));
  });
  return { url: await listening(server), connections: () => connections };
}

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

describe("an exchange", () => {
  test("sends what it is told and returns status, headers in lower case, and the body", async () => {
    const seen: object[] = [];
    const listener: RequestListener = async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      seen.push({
        method: request.method,
        url: request.url,
        body,
        length: request.headers["content-length"],
        x: request.headers["x-a"],
      });
      response.writeHead(201, { "Retry-After": "5", "Set-Cookie": ["a=1", "b=2"] }).end("made");
    };
    const url = await listening(createServer(listener));
    const answer = await web().send(post(`${url}/path?q=1`, { headers: { "x-a": "b" } }), NEVER);
    expect(seen).toEqual([{ method: "POST", url: "/path?q=1", body: "Grüße", length: "7", x: "b" }]);
    expect(answer).toMatchObject({
      status: 201,
      body: "made",
      headers: { "retry-after": "5", "set-cookie": "a=1, b=2" },
    });
  });

  test("does not follow redirections", async () => {
    const url = await listening(createServer((_, response) => response.writeHead(302, { location: "/other" }).end()));
    expect(await web().send(post(url), NEVER)).toMatchObject({ status: 302 });
  });

  test("keeps its connections, one for each exchange under way", async () => {
    const ports = new Set<number | undefined>();
    const url = await listening(
      createServer((request, response) => {
        ports.add(request.socket.remotePort);
        request.resume().on("end", () => response.end());
      }),
    );
    const client = web();
    for (let round = 0; round < 5; round += 1) await Promise.all([1, 2, 3].map(() => client.send(post(url), NEVER)));
    expect(ports.size).toBeLessThanOrEqual(3);
  });

  test("keeps 4 KiB of an answer, and does not wait for the end of one that has none", async () => {
    const url = await listening(
      createServer((request, response) => {
        request.resume();
        response.writeHead(200);
        const more = () => {
          if (!response.destroyed) response.write(Buffer.alloc(65_536, "x"), () => setImmediate(more));
        };
        more();
      }),
    );
    const answer = await web().send(post(url), NEVER);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe("x".repeat(4_096));
  });
});

describe("no whole answer is an error for people", () => {
  test("nobody listens", async () => {
    const server = createTcpServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    await expect(web().send(post(`http://127.0.0.1:${port}/`), NEVER)).rejects.toMatchObject({
      code: "io",
      message: `connection refused by 127.0.0.1:${port}`,
    });
  });

  test("no such host", async () => {
    await expect(web().send(post("http://nowhere.invalid/"), NEVER)).rejects.toThrow(/nowhere\.invalid:80/);
  });

  test("a host that never answers", async () => {
    const { url } = await rawServer(() => {});
    await expect(web().send(post(url, { timeout: 50 }), NEVER)).rejects.toThrow(
      /no whole answer from .* within 0\.05 s/,
    );
  });

  test("an answer that never ends, drop by drop", async () => {
    const { url } = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
      const drip = setInterval(() => socket.write("x"), 10);
      socket.on("close", () => clearInterval(drip));
    });
    await expect(web().send(post(url, { timeout: 100 }), NEVER)).rejects.toThrow(/no whole answer/);
  });

  test("an answer that is cut off, before or amid its body", async () => {
    const before = await rawServer((socket) => socket.destroy());
    await expect(web().send(post(before.url), NEVER)).rejects.toThrow(/cut off/);
    expect(before.connections()).toBe(1);
    const amid = await rawServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive."));
    await expect(web().send(post(amid.url), NEVER)).rejects.toThrow(/cut off/);
    const chunked = await rawServer((socket) =>
      socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfive."),
    );
    await expect(web().send(post(chunked.url), NEVER)).rejects.toThrow(/cut off/);
  });

  test("something that is not HTTP, and is not quoted", async () => {
    const { url } = await rawServer((socket) => socket.end("220 mail.example.org ESMTP\r\n"));
    const error: unknown = await web()
      .send(post(url), NEVER)
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain("not HTTP");
    expect(String(error)).not.toContain("ESMTP");
  });

  test("a URL of another kind", async () => {
    await expect(web().send(post("ftp://host/"), NEVER)).rejects.toMatchObject({ code: "io" });
    await expect(web().send(post("http://"), NEVER)).rejects.toMatchObject({ code: "io" });
  });

  test("an interruption, before and during", async () => {
    const caller = new AbortController();
    const { url } = await rawServer(() => caller.abort());
    await expect(web().send(post(url), caller.signal)).rejects.toMatchObject({ code: "interrupted" });
    await expect(web().send(post(url), caller.signal)).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("a kept connection that the server has closed", () => {
  test("is no failure: the request is made again on a new one", async () => {
    // The second request on a connection finds it dead, as if the server had closed it at that very moment.
    const served = new Set<Socket>();
    const { url, connections } = await rawServer((socket) => {
      if (served.has(socket)) socket.resetAndDestroy();
      else socket.write(OK);
      served.add(socket);
    });
    const client = web();
    for (let round = 0; round < 3; round += 1)
      expect(await client.send(post(url), NEVER)).toMatchObject({ status: 200 });
    expect(connections()).toBe(3);
  });

  test("takes the other idle ones with it: they are likely to be dead, too", async () => {
    let restarted = false;
    const old = new Set<Socket>();
    const { url } = await rawServer((socket) => {
      if (restarted && old.has(socket)) return void socket.resetAndDestroy();
      if (!restarted) old.add(socket);
      socket.write(OK);
    });
    const client = web();
    await Promise.all([1, 2, 3, 4].map(() => client.send(post(url), NEVER)));
    restarted = true;
    expect(await client.send(post(url), NEVER)).toMatchObject({ status: 200 });
    expect(await client.send(post(url), NEVER)).toMatchObject({ status: 200 });
  });

  test("is tried once: a server that closes every connection is down", async () => {
    let served = 0;
    const { url, connections } = await rawServer((socket) => {
      served += 1;
      if (served === 1) socket.write(OK);
      else socket.resetAndDestroy();
    });
    const client = web();
    await client.send(post(url), NEVER);
    await expect(client.send(post(url), NEVER)).rejects.toThrow(/cut off/);
    expect(connections()).toBe(2);
  });

  test.each(["H", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"])(
    "not once octets of the answer are here: it may have been taken",
    async (octets) => {
      const served = new Set<Socket>();
      const { url, connections } = await rawServer((socket) => {
        if (served.has(socket)) socket.end(octets);
        else socket.write(OK);
        served.add(socket);
      });
      const client = web();
      await client.send(post(url), NEVER);
      await expect(client.send(post(url), NEVER)).rejects.toThrow(/cut off/);
      expect(connections()).toBe(1);
    },
  );
});
