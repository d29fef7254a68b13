import type { AgentHost } from "../../core/agent-ports.ts";
import type { Sink } from "../../core/model/inventory.ts";
import type { NoticeClient, SignOfLife } from "./client.ts";

/** Receivers that are programs get them unasked; people and phones only where the inventory says so. */
const UNASKED: ReadonlySet<string> = new Set(["webhook", "alertmanager", "mqtt", "file"]);
/** The first one waits for the first looks at the host. */
const FIRST_MS = 15_000;

type Trouble = { readonly since: number; readonly detail: string };

export function wantsHeartbeat({ type, options }: Sink): boolean {
  return typeof options.heartbeat === "boolean" ? options.heartbeat : UNASKED.has(type);
}

/** Tells each receiver regularly that the agent lives. Nothing is queued: only the newest is worth anything. */
export class Heartbeats {
  readonly #host: Pick<AgentHost, "clock" | "monotonic">;
  readonly #sign: () => Omit<SignOfLife, "next" | "at">;
  readonly #busy = new Set<NoticeClient>();
  readonly #trouble = new Map<string, Trouble>();
  #stop = new AbortController();
  #run: Promise<unknown> = Promise.resolve();

  /** `sign` is asked for what is told, each time. */
  constructor(host: Pick<AgentHost, "clock" | "monotonic">, sign: () => Omit<SignOfLife, "next" | "at">) {
    this.#host = host;
    this.#sign = sign;
  }

  /** From now on these, so often (seconds; 0 is never). */
  async set(clients: readonly NoticeClient[], interval: number): Promise<void> {
    await this.stop();
    this.#trouble.clear();
    if (interval <= 0 || clients.length === 0) return;
    this.#stop = new AbortController();
    this.#run = this.#beat(clients, interval, this.#stop.signal).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }

  /** Since when a receiver takes none; monotonic milliseconds. */
  failing(name: string): Trouble | undefined {
    return this.#trouble.get(name);
  }

  async #beat(clients: readonly NoticeClient[], interval: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    const running = new Set<Promise<void>>();
    await clock.sleep(Math.min(FIRST_MS, interval * 1000), signal);
    while (!signal.aborted) {
      const sign: SignOfLife = { ...this.#sign(), at: clock.now().toISOString(), next: interval };
      for (const client of clients.filter((one) => !this.#busy.has(one))) {
        const one = this.#tell(client, sign, signal).finally(() => running.delete(one));
        running.add(one);
      }
      await clock.sleep(interval * 1000, signal);
    }
    await Promise.all(running);
  }

  async #tell(client: NoticeClient, sign: SignOfLife, signal: AbortSignal): Promise<void> {
    this.#busy.add(client);
    const { outcome, detail } = await client.beat(sign, signal);
    this.#busy.delete(client);
    if (signal.aborted) return;
    if (outcome === "delivered") this.#trouble.delete(client.name);
    else {
      const since = this.#trouble.get(client.name)?.since ?? this.#host.monotonic.now();
      this.#trouble.set(client.name, { since, detail });
    }
  }
}
