import type { AgentHost } from "../../core/agent-ports.ts";
import { LaneQueue } from "../delivery/lane-queue.ts";
import type { Patience, Progress } from "../delivery/types.ts";
import type { SinkState } from "../model/delivery.ts";
import type { NoticeClient } from "./client.ts";
import { type KeptNotice, numberOf, withTrueTimes } from "./kept.ts";

interface Task {
  readonly key: string;
  readonly lane: string;
  readonly order: number;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** What the courier is asked to carry, and whom it reports to. */
export interface CourierDesk {
  /** Undefined once nobody needs it any more. */
  notice(id: string): KeptNotice | undefined;
  settled(id: string, how: "delivered" | "dead", why: string): void;
  tried(id: string, progress: Progress): void;
  /** It does not go on by itself: a fault of ours. */
  broken(error: unknown): void;
}

/** All notices of a receiver are one lane: each comes after those before it. */
const LANE = "notices";

/** Carries notices to one receiver, in their order, one at a time, until it has them or they are given up. */
export class Courier {
  readonly #host: Pick<AgentHost, "clock" | "monotonic">;
  readonly #client: NoticeClient;
  readonly #desk: CourierDesk;
  readonly #patience: Patience;
  readonly #queue: LaneQueue<Task>;
  readonly #waiting = new Map<string, Task>();
  readonly #stop = new AbortController();
  #nap = new AbortController();
  #lastDeliveredAt: number | undefined;
  #run: Promise<void> | undefined;
  #attempt: Promise<void> | undefined;

  constructor(
    host: Pick<AgentHost, "clock" | "monotonic">,
    client: NoticeClient,
    desk: CourierDesk,
    patience: Patience,
  ) {
    this.#host = host;
    this.#client = client;
    this.#desk = desk;
    this.#patience = patience;
    this.#queue = new LaneQueue({ parallel: 1, patience });
  }

  get client(): NoticeClient {
    return this.#client;
  }

  add({ notice, waiting }: KeptNotice): void {
    const task = { key: notice.id, lane: LANE, order: numberOf(notice), since: this.#host.monotonic.now() };
    const { [this.#client.name]: progress } = waiting;
    if (this.#queue.add(task, progress)) this.#waiting.set(task.key, task);
    this.#nap.abort();
  }

  /** Nobody needs it any more. */
  forget(id: string): void {
    if (this.#queue.remove(id)) this.#waiting.delete(id);
  }

  start(): void {
    this.#run ??= this.#loop().catch((error: unknown) => this.#desk.broken(error));
  }

  /** Ends an attempt that is under way; it counts as none. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#nap.abort();
    await this.#run;
    await this.#attempt;
    await this.#client.close();
  }

  state(): SinkState {
    const { waiting, delivered, failing } = this.#queue.health();
    const eldest = Math.min(...[...this.#waiting.values()].map(({ since }) => since));
    const trouble = failing ?? this.#client.standing?.failing;
    return {
      name: this.#client.name,
      type: this.#client.type,
      waiting,
      oldest: Number.isFinite(eldest) ? this.#host.monotonic.now() - eldest : 0,
      ...(trouble ? { failing: trouble } : {}),
      delivered,
      ...(this.#lastDeliveredAt === undefined ? {} : { lastDeliveredAt: this.#lastDeliveredAt }),
    };
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#nap = new AbortController();
      const now = this.#host.monotonic.now();
      for (const task of this.#queue.next(now)) this.#attempt = this.#safely(task);
      const at = this.#queue.wakeAt(this.#host.monotonic.now());
      if (this.#stop.signal.aborted) return;
      if (at === undefined) await aborted(this.#nap.signal);
      else await this.#host.clock.sleep(Math.max(1, at - now), this.#nap.signal);
    }
  }

  async #safely(task: Task): Promise<void> {
    await this.#carry(task).catch((error: unknown) => this.#desk.broken(error));
  }

  async #carry({ key }: Task): Promise<void> {
    const kept = this.#desk.notice(key);
    if (!kept) return this.#withdraw(key);
    const result = await this.#client.tell(withTrueTimes(kept, this.#moment()), this.#stop.signal);
    if (this.#stop.signal.aborted && result.outcome !== "delivered") return;
    const settlement = this.#queue.ended(key, result, this.#host.monotonic.now());
    if ("waiting" in settlement) this.#desk.tried(key, settlement.waiting);
    else {
      if (settlement.settled === "delivered") this.#lastDeliveredAt = this.#host.clock.now().getTime();
      this.#close(key, settlement.settled, settlement.why);
      if (settlement.settled === "dead") this.#giveUpAsOld(settlement.why);
    }
    this.#nap.abort();
  }

  #withdraw(key: string): void {
    this.#queue.withdraw(key);
    this.#waiting.delete(key);
    this.#nap.abort();
  }

  #close(key: string, how: "delivered" | "dead", why: string): void {
    this.#waiting.delete(key);
    this.#desk.settled(key, how, why);
  }

  /** What has waited behind it for as long is not tried for another day. */
  #giveUpAsOld(why: string): void {
    const now = this.#host.monotonic.now();
    for (const { key, since } of [...this.#waiting.values()]) {
      if (now - since >= this.#patience.retryFor && this.#queue.remove(key)) this.#close(key, "dead", why);
    }
  }

  #moment() {
    const { monotonic, clock } = this.#host;
    return { wall: clock.now().getTime(), monotonic: monotonic.now(), bootId: monotonic.bootId };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
