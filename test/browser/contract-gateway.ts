import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Job } from "../../agent/http/job.ts";
import type { LiveEvents, SignalSample } from "../../agent/http/live.ts";
import { page } from "../../agent/http/page/page.ts";
import type { GatewayStatus } from "../../agent/status/types.ts";
import type { TimelineEntry } from "../../agent/timeline/event.ts";
import type { MessageRow } from "../../agent/views/messages.ts";

export interface Scene {
  readonly status: GatewayStatus;
  readonly entries?: readonly TimelineEntry[];
  readonly signal?: Readonly<Record<string, readonly SignalSample[]>>;
  readonly dead?: readonly MessageRow[];
  readonly jobs?: readonly Job[];
}

/** What a client asked for. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly lastEventId: string | undefined;
  readonly body: string;
}

/** Keeps the API's promises with states that no real gateway is brought into at will: what is real is the page. */
export class ContractGateway {
  /** Replaced, not changed, to show another scene; `tell` what is new. */
  scene: Scene;
  /** Changes need it; reading, too, where `readingNeedsToken`. */
  token = "right";
  readingNeedsToken = false;
  /** Octets after which the stream is cut into pieces; absent: an event is one piece. */
  pieces: number | undefined;
  /** What a change answers; a job that runs if it is not set. */
  onChange: ((asked: Asked) => { readonly status: number; readonly body: object }) | undefined;
  /** Milliseconds by which a change's answer comes later than what it brings about. */
  slow = 0;
  readonly asked: Asked[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;
  #ids = 0;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens; after a `stop` at the same port again. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((done) => server.listen(this.#port, "127.0.0.1", done));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** The agent ends: nobody listens any more. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((done) => server.close(done));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Sends one event to everybody who listens. */
  tell<K extends keyof LiveEvents>(event: K, data: LiveEvents[K]): void {
    this.#ids += 1;
    const text = `id: run-${this.#ids}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const stream of this.#streams) this.#write(stream, text);
  }

  /** What a gateway says when it has nothing to say. */
  ping(): void {
    for (const stream of this.#streams) this.#write(stream, ":\n\n");
  }

  /** Shows another scene and tells its status. */
  show(scene: Scene): void {
    this.scene = scene;
    this.tell("status", scene.status);
  }

  #write(stream: ServerResponse, text: string): void {
    const octets = Buffer.from(text);
    const size = this.pieces ?? octets.length;
    for (let at = 0; at < octets.length; at += size) stream.write(octets.subarray(at, at + size));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await askedFrom(request);
    this.asked.push(asked);
    const path = asked.path.split("?", 1)[0] ?? "";
    if (path === "/") return await sendPage(response);
    const refusal = this.#refusal(asked);
    if (refusal) return send(response, 401, refusal);
    if (path === "/monitor/events") return this.#stream(response);
    if (asked.method === "POST") return this.#change(asked, response);
    const answer = this.#document(path);
    if (answer) return send(response, 200, answer);
    send(response, 404, problem(404, "not-found", "There is nothing here", path));
  }

  #refusal({ method, authorization }: Asked): object | undefined {
    if (authorization === `Bearer ${this.token}`) return undefined;
    if (authorization !== undefined)
      return problem(401, "wrong-token", "The token is wrong", "Ask who runs this gateway.");
    if (method === "GET" && !this.readingNeedsToken) return undefined;
    return problem(401, "token-needed", "This needs a token", "Send it as `Authorization: Bearer …`.");
  }

  #document(path: string): object | undefined {
    const { status, entries = [], signal = {}, dead = [], jobs = [] } = this.scene;
    const documents: Readonly<Record<string, object>> = {
      "/monitor/status": { format: "modemkeeper.status/1", ...status },
      "/monitor/timeline": { entries },
      "/monitor/signal": signal,
      "/monitor/messages": { format: "modemkeeper.messages/1", messages: dead },
      "/monitor/jobs": { jobs },
    };
    return documents[path];
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
    this.#write(response, `retry: 2000\n\n:\n\nevent: status\ndata: ${JSON.stringify(this.scene.status)}\n\n`);
  }

  #change(asked: Asked, response: ServerResponse): void {
    const { status, body } = this.onChange?.(asked) ?? {
      status: 202,
      body: { job: runningJob(asked, this.scene.status.at) },
    };
    setTimeout(() => send(response, status, body), this.slow);
  }
}

async function askedFrom(request: IncomingMessage): Promise<Asked> {
  let body = "";
  for await (const piece of request) body += String(piece);
  const { method = "", url = "", headers } = request;
  return {
    method,
    path: url,
    authorization: headers.authorization,
    lastEventId: headers["last-event-id"]?.toString(),
    body,
  };
}

const KINDS: Readonly<Record<string, Job["kind"]>> = {
  "/monitor/modem_reset": "modem-reset",
  "/monitor/smsd/stop": "smsd-stop",
  "/monitor/smsd/start": "smsd-start",
  "/monitor/smsd/restart": "smsd-restart",
};

/** The job that a change begins. */
export function runningJob({ path, body }: Asked, begun: string): Job {
  const { modem } = JSON.parse(body) as { modem?: string };
  const kind = KINDS[path] ?? "message-retry";
  const subject = kind === "message-retry" ? path.split("/")[3] : modem;
  return {
    id: "j0b",
    kind,
    ...(subject === undefined ? {} : { subject }),
    state: "running",
    by: "127.0.0.1",
    begun,
    lines: [],
  };
}

export function problem(status: number, code: string, title: string, detail: string): object {
  return { type: `urn:modemkeeper:problem:${code}`, title, status, detail, code };
}

async function sendPage(response: ServerResponse): Promise<void> {
  const { html, csp } = await page();
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": csp });
  response.end(html);
}

function send(response: ServerResponse, status: number, body: object): void {
  const type = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type });
  response.end(JSON.stringify(body));
}
