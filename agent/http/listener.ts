import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { HttpHandler, HttpListening, HttpPlace } from "../../core/http-ports.ts";

/** More than all pages and programs of one gateway together. */
const LIMITS = { connections: 128, headers: 5_000, request: 10_000 } as const;
/** Milliseconds between two tries to listen where it failed; a try costs nothing. */
const AGAIN_AFTER = 5_000;

/** One place to listen at, which may change, be taken, or be given up. What fails is tried again. */
export class Listener {
  readonly #host: Pick<AgentHost, "http" | "monotonic">;
  readonly #changed: () => void;
  #wanted: { readonly place: HttpPlace; readonly handler: HttpHandler } | undefined;
  #key: string | undefined;
  #listening: HttpListening | undefined;
  #problem: string | undefined;
  #tryAt = 0;
  #work: Promise<void> = Promise.resolve();

  /** `changed`: there is a problem, or there is none any more. */
  constructor(host: Pick<AgentHost, "http" | "monotonic">, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  /** Why it is not served as it should be, one sentence. */
  get problem(): string | undefined {
    return this.#problem ?? this.#listening?.problem();
  }

  /** Undefined: nowhere. Costs nothing while all is as wanted. */
  want(place: HttpPlace | undefined, handler: HttpHandler): void {
    const key = place && JSON.stringify(place);
    const changed = key !== this.#key;
    const due = this.#problem !== undefined && this.#host.monotonic.now() >= this.#tryAt;
    if (!changed && !due) return;
    this.#key = key;
    this.#wanted = place && { place, handler };
    this.#tryAt = this.#host.monotonic.now() + AGAIN_AFTER;
    this.#work = this.#work.then(() => this.#move());
  }

  async stop(): Promise<void> {
    this.#key = undefined;
    this.#wanted = undefined;
    this.#work = this.#work.then(() => this.#move());
    await this.#work;
  }

  /** Settles when what was wanted so far has been done or has failed. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Never fails. */
  async #move(): Promise<void> {
    const before = this.#listening;
    this.#listening = undefined;
    await before?.close().catch(() => {});
    const problem = await this.#listen();
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#changed();
  }

  /** Returns why it could not. */
  async #listen(): Promise<string | undefined> {
    if (!this.#wanted) return undefined;
    const { place, handler } = this.#wanted;
    try {
      this.#listening = await this.#host.http.listen(place, handler, LIMITS);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
}
