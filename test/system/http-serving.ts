import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { HttpHandler, HttpListening, HttpPlace, HttpReply } from "../../core/http-ports.ts";
import { realHttpServers } from "../../host/http-server.ts";

export const ANYWHERE: HttpPlace = { host: "127.0.0.1", port: 0 };
export const LIMITS = { connections: 20, headers: 400, request: 800 };
export const OK: HttpReply = { status: 200, headers: { "content-type": "text/plain" }, body: "ok" };

/** The real server with a handler of the test's, closed with the test. */
export async function listen(handler: HttpHandler, place = ANYWHERE, limits = LIMITS): Promise<HttpListening> {
  const listening = await realHttpServers.listen(place, handler, limits);
  onTestFinished(() => listening.close());
  return listening;
}

/** The same, for where it listens. */
export async function serve(handler: HttpHandler, place = ANYWHERE, limits = LIMITS): Promise<string> {
  return (await listen(handler, place, limits)).address;
}

/** An empty folder, gone with the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "modemkeeper-http-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

export function connectTo(address: string): Socket {
  const [host = "", port] = address.split(":");
  const socket = connect(Number(port), host);
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}
