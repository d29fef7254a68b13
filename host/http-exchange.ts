import { isUtf8 } from "node:buffer";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpBody, HttpHandler, HttpReply, HttpRequest } from "../core/http-ports.ts";
import { within } from "./within.ts";

/**
 * What of an unwanted body is taken in before the connection is cut: a client that sends first and reads then must come to
 * the answer, which a connection that is closed under it would take away.
 */
const DRAINED = 256 * 1024;

export interface Exchanges {
  /** Each ends one that is under way; whoever stops the server calls them. */
  readonly open: Set<() => void>;
  /** Milliseconds for a client to take what it is sent. */
  readonly patience: number;
}

/** Settles when the client has got the answer, or has gone. */
export async function exchange(
  incoming: IncomingMessage,
  response: ServerResponse,
  handler: HttpHandler,
  { open, patience }: Exchanges,
): Promise<void> {
  const over = new AbortController();
  const gone = over.signal;
  // Not AbortSignal.any(): a signal that lives as long as the server would remember each request.
  const end = () => over.abort();
  open.add(end);
  response.once("close", () => {
    open.delete(end);
    end();
  });
  try {
    const reply = await handler(requestOf(incoming, response, gone));
    await send(reply, incoming, response, { gone, patience });
  } catch {
    if (response.headersSent) response.destroy();
    else await send(internal(), incoming, response, { gone, patience });
  }
}

function requestOf(incoming: IncomingMessage, response: ServerResponse, gone: AbortSignal): HttpRequest {
  const { method = "", url = "", headers, socket } = incoming;
  const address = socket.remoteAddress;
  return {
    method,
    target: url,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
    ),
    // A unix socket has no address.
    peer: address === undefined ? "socket" : { address: address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "") },
    body: (limit) => bodyOf(incoming, response, limit),
    gone,
  };
}

async function bodyOf(incoming: IncomingMessage, response: ServerResponse, limit: number): Promise<HttpBody> {
  if (Number(incoming.headers["content-length"] ?? 0) > limit) return { refused: "too-long" };
  // Who asked whether it may send is told so only here.
  if (incoming.headers.expect !== undefined) response.writeContinue();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Not `for await`: leaving it early would end the connection, and the client would not see why.
    await new Promise<void>((resolve, reject) => {
      incoming.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > limit) resolve();
        else chunks.push(chunk);
      });
      incoming.once("end", resolve);
      incoming.once("error", reject);
      incoming.once("close", () => reject(new Error("the client has gone")));
    });
  } catch {
    return { refused: "cut-off" };
  } finally {
    incoming.removeAllListeners("data");
  }
  if (length > limit) return { refused: "too-long" };
  const octets = Buffer.concat(chunks);
  return isUtf8(octets) ? { text: octets.toString("utf8") } : { refused: "not-utf8" };
}

interface Sending {
  readonly gone: AbortSignal;
  readonly patience: number;
}

async function send(reply: HttpReply, incoming: IncomingMessage, response: ServerResponse, sending: Sending) {
  const { status, headers, body } = reply;
  if (!incoming.complete) discardRest(incoming);
  if (typeof body === "string" || Buffer.isBuffer(body)) {
    response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
    response.end(body);
  } else {
    response.writeHead(status, headers);
    if (incoming.method !== "HEAD") await stream(body, response, sending);
    response.end();
  }
  if (response.writableFinished || response.destroyed) return;
  const taken = await within(sending.patience, settled(response));
  if (taken === undefined) response.destroy();
}

async function stream(body: AsyncIterable<string>, response: ServerResponse, { gone, patience }: Sending) {
  response.flushHeaders();
  for await (const piece of body) {
    if (gone.aborted) return;
    if (response.write(piece)) continue;
    const drained = await within(patience, drainedOr(response, gone));
    if (drained !== undefined) continue;
    response.destroy();
    return;
  }
}

async function drainedOr(response: ServerResponse, gone: AbortSignal): Promise<true> {
  await once(response, "drain", { signal: gone }).catch(() => undefined);
  return true;
}

async function settled(response: ServerResponse): Promise<true> {
  await once(response, "close").catch(() => undefined);
  return true;
}

function discardRest(incoming: IncomingMessage): void {
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > DRAINED) incoming.socket.destroy();
  });
  incoming.on("error", () => {});
}

function internal(): HttpReply {
  return { status: 500, headers: PROBLEM_HEADERS, body: problemText(500, "Internal Server Error", "internal") };
}

/** What is answered before a request reaches the handler. */
export const PROBLEM_HEADERS = {
  "content-type": "application/problem+json",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'",
  "referrer-policy": "no-referrer",
} as const;

/** RFC 9457. */
export function problemText(status: number, title: string, code: string): string {
  return JSON.stringify({ type: `urn:modemkeeper:problem:${code}`, title, status, code });
}
