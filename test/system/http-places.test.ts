import { once } from "node:events";
import { readdir, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { HttpPlace } from "../../core/http-ports.ts";
import { realHttpServers } from "../../host/http-server.ts";
import { send } from "../helpers/http-client.ts";
import { connectTo, folder, LIMITS, listen, OK, serve } from "./http-serving.ts";

/*
 * Where the server of the API listens: ports and sockets, free, taken, left behind.
 */

test("closing ends what is open", async () => {
  async function* forever(gone: AbortSignal) {
    yield "x";
    await new Promise((resolve) => gone.addEventListener("abort", resolve));
  }
  const listening = await listen(async ({ gone }) => ({ ...OK, body: forever(gone) }));
  const { address } = listening;
  const socket = connectTo(address);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await once(socket, "data");
  const closed = once(socket, "close");
  await listening.close();
  await closed;
  await expect(send(address, "/")).rejects.toThrow("ECONNREFUSED");
});

test("a port that somebody has is said to be taken", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(serve(async () => OK, { host: "127.0.0.1", port })).rejects.toThrow(
    `127.0.0.1:${port}: another program does`,
  );
  await expect(serve(async () => OK, { host: "192.0.2.1", port: 0 })).rejects.toThrow("does not have that address");
});

test("a socket is open to its owner alone from its first moment, and gone when it is closed", async () => {
  const path = join(await folder(), "run", "api.sock");
  const listening = await listen(async ({ peer }) => ({ ...OK, body: String(peer) }), { socket: path, mode: 0o600 });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await send("", "/", { socket: path })).body).toBe("socket");
  expect(await readdir(join(path, ".."))).toEqual(["api.sock"]);
  await listening.close();
  expect(await readdir(join(path, ".."))).toEqual([]);
});

test("a socket that an earlier run left is replaced, and the new one stays when the old one is closed", async () => {
  const path = join(await folder(), "api.sock");
  const place: HttpPlace = { socket: path, mode: 0o600 };
  const old = await realHttpServers.listen(place, async () => ({ ...OK, body: "old" }), LIMITS);
  await serve(async () => ({ ...OK, body: "new" }), place);
  await old.close();
  expect((await send("", "/", { socket: path })).body).toBe("new");
});

test("what is no socket is not touched, nor what a link points at", async () => {
  const dir = await folder();
  const file = join(dir, "file");
  const link = join(dir, "link");
  await writeFile(file, "mine");
  await symlink(file, link);
  for (const socket of [file, link, dir]) {
    await expect(serve(async () => OK, { socket, mode: 0o600 })).rejects.toThrow("something that is no socket");
  }
  expect((await readdir(dir)).sort()).toEqual(["file", "link"]);
});

test("asking over a socket: an answer, or none in time, or nobody there", async () => {
  const path = join(await folder(), "api.sock");
  expect(await realHttpServers.ask(path, "/", 500)).toBeUndefined();
  await serve(
    async ({ target, gone }) => {
      if (target === "/slow") await new Promise((resolve) => gone.addEventListener("abort", resolve));
      return { ...OK, body: target };
    },
    { socket: path, mode: 0o600 },
  );
  expect(await realHttpServers.ask(path, "/a", 5_000)).toEqual({ status: 200, body: "/a" });
  expect(await realHttpServers.ask(path, "/slow", 100)).toBeUndefined();
});
