import type { RequestListener, Server } from "node:http";
import type { Socket } from "node:net";
import { hasErrno, ModemkeeperError, messageOf } from "../core/errors.ts";
import type { HttpHandler, HttpLimits, HttpListening, HttpPlace, HttpServers } from "../core/http-ports.ts";
import { ask } from "./http-ask.ts";
import { exchange, PROBLEM_HEADERS, problemText } from "./http-exchange.ts";
import { listening, listenOnSocket } from "./http-socket.ts";

/** A connection that nobody uses is kept for so long, milliseconds. */
const IDLE = 5_000;
/** Octets of all headers together. */
const MOST_HEADERS = 8 * 1024;

/** HTTP/1.1 servers of Node's own library, which is loaded when the first one is asked for. */
export const realHttpServers: HttpServers = { listen, ask };

type Place = { readonly host: string; readonly port: number };

async function listen(place: HttpPlace, handler: HttpHandler, limits: HttpLimits): Promise<HttpListening> {
  const tls = "tls" in place ? place.tls : undefined;
  const open = new Set<() => void>();
  const { server, certificates } = await (tls ? encrypted(tls, limits) : plain(limits));
  serve(server, handler, limits, open);
  let forget = async () => {};
  try {
    if ("socket" in place) forget = await listenOnSocket(server, place.socket, place.mode);
    else await listenOnAddress(server, place);
  } catch (error) {
    certificates?.stop();
    throw error;
  }
  return {
    address: addressOf(server, place),
    problem: () => certificates?.problem,
    close: async () => {
      for (const end of open) end();
      certificates?.stop();
      await forget();
      await closed(server);
    },
  };
}

function optionsOf({ headers, request }: HttpLimits) {
  return {
    headersTimeout: headers,
    requestTimeout: Math.max(headers, request),
    // How often Node looks for connections that have run out of time; its own 30 s would make the limits meaningless.
    connectionsCheckingInterval: Math.min(1_000, Math.ceil(headers / 2)),
    keepAliveTimeout: IDLE,
    maxHeaderSize: MOST_HEADERS,
    // Of a second `Authorization` or `Host` Node keeps the first in silence; joined they are refused.
    joinDuplicateHeaders: true,
  };
}

interface Made {
  readonly server: Server;
  readonly certificates?: { readonly problem: string | undefined; stop(): void };
}

async function plain(limits: HttpLimits): Promise<Made> {
  const { createServer } = await import("node:http");
  return { server: createServer(optionsOf(limits)) };
}

async function encrypted(tls: { certificate: string; key: string }, limits: HttpLimits): Promise<Made> {
  const [{ createServer }, { loadCertificate, CertificateWatch }] = await Promise.all([
    import("node:https"),
    import("./http-tls.ts"),
  ]);
  const loaded = await loadCertificate(tls);
  const server = createServer({ ...optionsOf(limits), ...loaded, handshakeTimeout: limits.headers });
  return { server, certificates: await CertificateWatch.start(server, tls) };
}

function serve(server: Server, handler: HttpHandler, limits: HttpLimits, open: Set<() => void>): void {
  server.maxConnections = limits.connections;
  const answer: RequestListener = (incoming, response) =>
    void exchange(incoming, response, handler, { open, patience: limits.request });
  server.on("request", answer);
  // Without this Node invites the body before anybody knows whether it is wanted.
  server.on("checkContinue", answer);
  server.on("clientError", refuse);
  // A connection that could not be accepted, for want of descriptors: the next one may be, and the agent must live on.
  server.on("error", () => {});
}

/** What is no HTTP, is too big or too slow. */
function refuse(error: Error, socket: Socket): void {
  const [status, title, code] = reasonOf(error);
  // The answer to an earlier request on this connection must not be taken for this one, nor this for that.
  const pending = (socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage;
  if (!socket.writable || (pending && (status !== 408 || pending.headersSent))) {
    socket.destroy();
    return;
  }
  const body = problemText(status, title, code);
  const headers = Object.entries({ ...PROBLEM_HEADERS, "content-length": String(body.length), connection: "close" });
  const head = [`HTTP/1.1 ${status} ${title}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function reasonOf(error: Error): readonly [number, string, string] {
  if (hasErrno(error, "HPE_HEADER_OVERFLOW")) return [431, "Request Header Fields Too Large", "headers-too-large"];
  if (hasErrno(error, "ERR_HTTP_REQUEST_TIMEOUT")) return [408, "Request Timeout", "too-slow"];
  return [400, "Bad Request", "malformed"];
}

async function listenOnAddress(server: Server, { host, port }: Place): Promise<void> {
  try {
    await listening(server, { host, port });
  } catch (cause) {
    throw cannotListen(`${host.includes(":") ? `[${host}]` : host}:${port}`, cause);
  }
}

function cannotListen(place: string, cause: unknown): ModemkeeperError {
  if (hasErrno(cause, "EADDRINUSE")) {
    return new ModemkeeperError("io", `cannot listen on ${place}: another program does`, {
      fix: "`ss -ltnp` shows which; end it, or choose another port (http.listen of the inventory)",
      cause,
    });
  }
  if (hasErrno(cause, "EADDRNOTAVAIL") || hasErrno(cause, "ENOTFOUND")) {
    return new ModemkeeperError("io", `cannot listen on ${place}: this machine does not have that address now`, {
      fix: "`ip address` shows those that it has (http.listen of the inventory)",
      cause,
    });
  }
  return new ModemkeeperError("io", `cannot listen on ${place}: ${messageOf(cause)}`, { cause });
}

function addressOf(server: Server, place: HttpPlace): string {
  if ("socket" in place) return place.socket;
  const bound = server.address();
  const port = typeof bound === "object" && bound ? bound.port : place.port;
  return `${place.host.includes(":") ? `[${place.host}]` : place.host}:${port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
