import { createHash, timingSafeEqual } from "node:crypto";
import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { SecretRef } from "../../core/secret.ts";

/** A token that was exchanged counts after this, milliseconds; a flood of requests reads the file no more often. */
const FRESH = 1_000;

type Means = Pick<AgentHost, "secrets" | "monotonic">;

/** The tokens that permit changes, as they are in their file now. */
export class Tokens {
  readonly #host: Means;
  #ref: SecretRef | undefined;
  #known: { readonly at: number; readonly digests: Promise<readonly Buffer[]> } | undefined;
  /** Why there are none although the inventory names where they are. */
  problem: string | undefined;

  constructor(host: Means) {
    this.#host = host;
  }

  configure(ref: SecretRef | undefined): void {
    if (JSON.stringify(ref) === JSON.stringify(this.#ref)) return;
    this.#ref = ref;
    this.#known = undefined;
    this.problem = undefined;
  }

  /** Whether there is any. Never fails: what cannot be read is none. */
  async configured(): Promise<boolean> {
    return (await this.#digests()).length > 0;
  }

  /** Compares digests of one length, all of them: how long it takes says nothing about any token. */
  async accept(presented: string): Promise<boolean> {
    const digest = digestOf(presented);
    const equal = (await this.#digests()).map((known) => timingSafeEqual(known, digest));
    return equal.includes(true);
  }

  #digests(): Promise<readonly Buffer[]> {
    const now = this.#host.monotonic.now();
    if (!this.#known || now - this.#known.at >= FRESH) this.#known = { at: now, digests: this.#read(this.#ref) };
    return this.#known.digests;
  }

  async #read(ref: SecretRef | undefined): Promise<readonly Buffer[]> {
    if (!ref) return [];
    try {
      const lines = (await this.#host.secrets.read(ref)).split(/\r?\n/).map((line) => line.trim());
      this.problem = undefined;
      return lines.filter((line) => line !== "").map(digestOf);
    } catch (error) {
      this.problem = messageOf(error);
      return [];
    }
  }
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
