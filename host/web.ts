import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { urlToHttpOptions } from "node:url";
import type { Web, WebAnswer, WebRequest } from "../core/delivery-ports.ts";
import { ModemkeeperError } from "../core/errors.ts";
import { onAbort } from "./aborting.ts";
import { connectionError, interrupted, isCutOff, tooLate } from "./connection-errors.ts";
import { ConnectionStore, type Connections, closeIdle } from "./web-connections.ts";

/** Octets of an answer that are kept. */
const KEPT = 4_096;
/** After so many octets an answer's end is not waited for. */
const LONGEST_ANSWER = 1_048_576;

/** Where requests go, made of a URL once: there are as many as sinks, and thousands of requests a second. */
interface Target {
  readonly url: URL;
  readonly options: RequestOptions;
  /** Host and port, for sentences. */
  readonly to: string;
}

/** One exchange that is to be had: where, what, and until when. */
interface Exchange {
  readonly target: Target;
  readonly request: WebRequest;
  readonly deadline: Deadline;
}

/** A connection that was kept was closed by the other side before it got our request. */
class StaleConnection extends Error {}

/** HTTP and HTTPS by Node's own client; HTTP proxies are not asked. */
export class RealWeb implements Web {
  readonly #connections = new ConnectionStore();
  readonly #targets = new Map<string, Target>();

  async send(request: WebRequest, signal: AbortSignal): Promise<WebAnswer> {
    const target = this.#target(request.url);
    const { url, to } = target;
    if (signal.aborted) throw interrupted(to);
    const deadline = new Deadline(to, request.timeout, signal);
    try {
      const connections = await this.#connections.for(url, request.tls);
      return await answered({ target, request, deadline }, connections);
    } catch (error) {
      if (url.protocol === "https:") this.#connections.forget(url, request.tls);
      throw connectionError(error, to);
    } finally {
      deadline.over();
    }
  }

  close(): Promise<void> {
    this.#targets.clear();
    return this.#connections.close();
  }

  #target(url: string): Target {
    const known = this.#targets.get(url);
    if (known) return known;
    const target = targetOf(url);
    this.#targets.set(url, target);
    return target;
  }
}

/** Cuts an exchange off when its time is up, or when the caller has had enough. */
class Deadline {
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #reason: Error | undefined;
  /** What is under way; ended when the time is up. */
  onExpired: (reason: Error) => void = () => {};

  constructor(to: string, timeout: number, signal: AbortSignal) {
    this.#timer = setTimeout(() => this.#expire(tooLate(to, timeout)), timeout);
    this.#stopListening = onAbort(signal, () => this.#expire(interrupted(to)));
  }

  /** @throws the reason, if the time is up */
  check(): void {
    if (this.#reason) throw this.#reason;
  }

  over(): void {
    clearTimeout(this.#timer);
    this.#stopListening();
  }

  #expire(reason: Error): void {
    this.#reason ??= reason;
    this.onExpired(this.#reason);
  }
}

/** Servers close kept connections when they like; that is no failure, so the request is made once more, on a new one. */
async function answered(exchange: Exchange, connections: Connections): Promise<WebAnswer> {
  const { deadline } = exchange;
  try {
    return await once(exchange, connections);
  } catch (error) {
    // Whatever an answer breaks off with when its time is up, that is the reason.
    deadline.check();
    if (!(error instanceof StaleConnection)) throw error;
  }
  closeIdle(connections);
  try {
    return await once(exchange, connections);
  } catch (error) {
    deadline.check();
    throw error;
  }
}

function once({ target, request, deadline }: Exchange, connections: Connections): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    deadline.check();
    const { method, body } = request;
    const headers = { ...request.headers, "content-length": Buffer.byteLength(body) };
    const call = connections.request({ ...target.options, method, agent: connections.agent, headers });
    deadline.onExpired = (reason) => call.destroy(reason);
    let heardBefore = 0;
    call.on("socket", (socket) => {
      heardBefore = socket.bytesRead;
    });
    call.on("error", (error) => {
      reject(isStale(call, heardBefore, error) ? new StaleConnection("stale", { cause: error }) : error);
    });
    call.on("response", (answer) => {
      whole(answer).then(resolve, reject);
    });
    // A text goes out in one piece with the headers.
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

function targetOf(text: string): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") {
    const to = `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
    return { url, options: urlToHttpOptions(url), to };
  }
  throw new ModemkeeperError("io", "the receiver's URL is none of http:// or https://");
}
