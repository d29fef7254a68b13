import type { ClientRequest, IncomingMessage } from "node:http";
import type { Web, WebAnswer, WebRequest } from "../core/delivery-ports.ts";
import { ModemkeeperError } from "../core/errors.ts";
import { onAbort } from "./aborting.ts";
import { connectionError, interrupted, isCutOff, tooLate } from "./connection-errors.ts";
import { ConnectionStore, type Connections, closeIdle } from "./web-connections.ts";

/** Octets of an answer that are kept. */
const KEPT = 4_096;
/** After so many octets an answer's end is not waited for. */
const LONGEST_ANSWER = 1_048_576;

/** One exchange that is to be had: where, what, and until when. */
interface Exchange {
  readonly url: URL;
  readonly request: WebRequest;
  readonly body: Buffer;
  /** Host and port, for sentences. */
  readonly to: string;
  readonly signal: AbortSignal;
}

/** A connection that was kept was closed by the other side before it got our request. */
class StaleConnection extends Error {}

/** HTTP and HTTPS by Node's own client; HTTP proxies are not asked. */
export class RealWeb implements Web {
  readonly #connections = new ConnectionStore();

  async send(request: WebRequest, signal: AbortSignal): Promise<WebAnswer> {
    const url = parsed(request.url);
    const to = `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
    if (signal.aborted) throw interrupted(to);
    const exchange: Exchange = { url, request, body: Buffer.from(request.body), to, signal };
    try {
      const connections = await this.#connections.for(url, request.tls);
      return await throughDeadline(exchange, (expired) => answered(exchange, connections, expired));
    } catch (error) {
      if (url.protocol === "https:") this.#connections.forget(url, request.tls);
      throw connectionError(error, to);
    }
  }

  close(): Promise<void> {
    return this.#connections.close();
  }
}

/** Runs `work` with a signal that fires, with the reason, when the time is up or the caller has had enough. */
async function throughDeadline<T>(
  { request, to, signal }: Exchange,
  work: (expired: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(tooLate(to, request.timeout)), request.timeout);
  const stopListening = onAbort(signal, () => limit.abort(interrupted(to)));
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

/** Servers close kept connections when they like; that is no failure, so the request is made once more, on a new one. */
async function answered(exchange: Exchange, connections: Connections, expired: AbortSignal): Promise<WebAnswer> {
  try {
    return await once(exchange, connections, expired);
  } catch (error) {
    // Whatever an answer breaks off with when its time is up, that is the reason.
    expired.throwIfAborted();
    if (!(error instanceof StaleConnection)) throw error;
  }
  closeIdle(connections);
  try {
    return await once(exchange, connections, expired);
  } catch (error) {
    expired.throwIfAborted();
    throw error;
  }
}

function once(exchange: Exchange, { request, agent }: Connections, expired: AbortSignal): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    const { url, body } = exchange;
    const { method, headers } = exchange.request;
    const call = request(url, { method, agent, headers: { ...headers, "content-length": body.length } });
    const settle = onAbort(expired, () => call.destroy(expired.reason));
    let heardBefore = 0;
    call.on("socket", (socket) => {
      heardBefore = socket.bytesRead;
    });
    call.on("error", (error) => {
      settle();
      reject(isStale(call, heardBefore, error) ? new StaleConnection("stale", { cause: error }) : error);
    });
    call.on("response", (answer) => {
      whole(answer).then(resolve, reject).finally(settle);
    });
    call.end(body);
  });
}

/** Not one octet of an answer came, on a connection that had served before. */
function isStale(call: ClientRequest, heardBefore: number, error: Error): boolean {
  return call.reusedSocket && isCutOff(error) && call.socket?.bytesRead === heardBefore;
}

/** The answer when its last octet is here, or more of them than anybody would read. */
function whole(answer: IncomingMessage): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    const kept: Buffer[] = [];
    let octets = 0;
    const done = () => {
      const body = Buffer.concat(kept).subarray(0, KEPT).toString("utf8");
      resolve({ status: answer.statusCode ?? 0, headers: flat(answer.headers), body });
    };
    answer.on("data", (chunk: Buffer) => {
      if (octets < KEPT) kept.push(chunk);
      octets += chunk.length;
      if (octets <= LONGEST_ANSWER) return;
      done();
      answer.destroy();
    });
    answer.on("end", done);
    answer.on("error", reject);
  });
}

function flat(headers: IncomingMessage["headers"]): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]);
  return Object.fromEntries(entries);
}

function parsed(url: string): URL {
  const known = URL.canParse(url) ? new URL(url) : undefined;
  if (known?.protocol === "http:" || known?.protocol === "https:") return known;
  throw new ModemkeeperError("io", "the receiver's URL is none of http:// or https://");
}
