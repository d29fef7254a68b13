import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import type { Random } from "../../simulation/random.ts";

/** How a receiver may treat one request; the ones up to `cut-answer` have taken the message. */
export type Mood =
  | "accepts"
  /** Takes its time before it takes the message. */
  | "slow"
  /** Takes the message, and its time before it says so. */
  | "late"
  /** Takes the message and is gone without a word. */
  | "dies"
  /** Takes the message and never answers. */
  | "mute"
  /** Takes the message and is gone in the middle of saying so. */
  | "cut-answer"
  | "error"
  | "busy"
  | "hangs"
  /** Is gone in the middle of the request's body. */
  | "drops"
  /** Closes its door for a while. */
  | "refuses";

/** Of 1,000 requests. */
const WEIGHTS: Readonly<Record<Mood, number>> = {
  accepts: 770,
  slow: 50,
  late: 40,
  dies: 30,
  mute: 5,
  "cut-answer": 20,
  error: 35,
  busy: 10,
  hangs: 5,
  drops: 30,
  refuses: 5,
};

const SLOW_MS = 150;
const DOOR_SHUT_MS = 300;

/** What the receiver has taken, one entry for each time. */
export interface Acceptance {
  readonly webhookId: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly from: string;
  readonly text: string;
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
}

interface Settings {
  /** Key of the signature, as receivers of Standard Webhooks write it: `whsec_…`. */
  readonly secret: string;
  /** Moods come from here; without it the receiver accepts everything. */
  readonly random?: Random;
}

/**
 * A web server that takes messages and misbehaves at random. It outlives the agent, so what it has taken is the truth about
 * what was delivered.
 */
export class ChaosReceiver {
  readonly accepted: Acceptance[] = [];
  /** What must never happen: a request that is not signed, or that makes no sense. */
  readonly problems: string[] = [];
  readonly moods = new Map<Mood, number>();
  /** Called after each request that it has taken. */
  onAccepted: () => void = () => {};
  readonly #settings: Settings;
  readonly #verifier: Webhook;
  readonly #server: Server;
  readonly #timers = new Set<NodeJS.Timeout>();
  #port = 0;
  #calm = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#verifier = new Webhook(settings.secret);
    this.#server = createServer((request, response) => this.#receive(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/messages`;
  }

  async start(): Promise<void> {
    await this.#listen();
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** From now on it accepts everything. */
  calmDown(): void {
    this.#calm = true;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const mood = this.#mood();
    this.moods.set(mood, (this.moods.get(mood) ?? 0) + 1);
    // Whoever is killed in the middle of a request is no problem of the receiver's.
    request.on("error", () => {});
    response.on("error", () => {});
    if (mood === "drops") {
      request.once("data", () => request.socket.destroy());
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => this.#treat(mood, request, response, Buffer.concat(chunks)));
  }

  #mood(): Mood {
    const { random } = this.#settings;
    if (!random || this.#calm) return "accepts";
    let drawn = random.next() * Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);
    for (const [mood, weight] of Object.entries(WEIGHTS) as [Mood, number][]) {
      drawn -= weight;
      if (drawn < 0) return mood;
    }
    return "accepts";
  }

  #treat(mood: Mood, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const accept = () => this.#accept(request, response, body);
    const answer = () => response.writeHead(202, { "content-type": "text/plain" }).end("taken");
    switch (mood) {
      case "accepts":
        if (accept()) answer();
        return;
      case "slow":
        this.#later(SLOW_MS, () => {
          // A request whose sender is gone was never taken: it would be cut off, not read, on a busy machine.
          if (!response.destroyed && accept()) answer();
        });
        return;
      case "late":
        if (accept()) this.#later(SLOW_MS, answer);
        return;
      case "dies":
        if (accept()) request.socket.destroy();
        return;
      case "mute":
        accept();
        return;
      case "cut-answer":
        if (accept()) {
          response.writeHead(202, { "content-length": "100" }).write("half of");
          this.#later(1, () => request.socket.destroy());
        }
        return;
      case "error":
        response.writeHead(500).end("something is wrong");
        return;
      case "busy":
        response.writeHead(429, { "retry-after": "1" }).end("not now");
        return;
      case "refuses":
        this.#shutDoor();
        return;
      case "hangs":
      case "drops":
        return;
    }
  }

  /** Takes the message; false, with an answer of its own, if it is not as it must be. */
  #accept(request: IncomingMessage, response: ServerResponse, body: Buffer): boolean {
    const problem = this.#record(request, body);
    if (problem === undefined) return true;
    this.problems.push(problem);
    response.writeHead(400).end(problem);
    return false;
  }

  #record(request: IncomingMessage, body: Buffer): string | undefined {
    const { headers } = request;
    const [webhookId, key] = [headers["webhook-id"], headers["idempotency-key"]];
    if (typeof webhookId !== "string" || typeof key !== "string") return "no webhook-id or no idempotency-key";
    let event: { readonly id?: unknown; readonly data?: { readonly from?: unknown; readonly text?: unknown } };
    try {
      this.#verifier.verify(body.toString(), headers as Record<string, string>, { jsonParse: false });
      event = JSON.parse(body.toString());
    } catch (error) {
      return `${webhookId}: ${String(error)}`;
    }
    const { from, text } = event.data ?? {};
    if (event.id !== webhookId || typeof from !== "string" || typeof text !== "string")
      return `${webhookId}: bad event`;
    const bodyHash = createHash("sha256").update(body).digest("hex");
    this.accepted.push({ webhookId, key, bodyHash, from, text, at: performance.timeOrigin + performance.now() });
    this.onAccepted();
    return undefined;
  }

  /** For a while nobody gets in, and who was in is thrown out. */
  #shutDoor(): void {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    this.#later(DOOR_SHUT_MS, () => {
      this.#listen().catch((error: unknown) => this.problems.push(`cannot listen again: ${String(error)}`));
    });
  }

  /** After a random part of `longest` milliseconds. */
  #later(longest: number, action: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        action();
      },
      (this.#settings.random?.next() ?? 0) * longest,
    );
    this.#timers.add(timer);
  }
}
