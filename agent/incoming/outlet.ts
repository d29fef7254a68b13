import type { MonotonicClock } from "../../core/agent-ports.ts";
import type { Sink } from "../../core/model/inventory.ts";
import type { Clock } from "../../core/ports.ts";
import { LaneQueue, type Settlement } from "../delivery/lane-queue.ts";
import { patienceOf } from "../delivery/options.ts";
import type { DeliveryResult, Envelope, SinkClient } from "../delivery/types.ts";
import type { SinkState } from "../model/delivery.ts";
import type { MessageState, SinkShare } from "./message-state.ts";
import { type Connect, steadyClient } from "./steady-client.ts";
import type { Waiting } from "./waiting.ts";

export interface OutletParts {
  readonly monotonic: Pick<MonotonicClock, "now">;
  readonly clock: Pick<Clock, "now">;
  readonly connect: Connect;
}

/** One sink: what it is still to get, and its client. */
export class Outlet {
  readonly sink: Sink;
  /** Its place in `Waiting.left`. */
  readonly bit: number;
  readonly #parts: OutletParts;
  readonly #queue: LaneQueue<Waiting>;
  readonly #client: SinkClient;

  constructor(parts: OutletParts, sink: Sink, index: number) {
    this.#parts = parts;
    this.sink = sink;
    this.bit = 1 << index;
    this.#client = steadyClient(sink, parts.connect);
    this.#queue = new LaneQueue({ parallel: this.#client.parallel, patience: patienceOf(sink) });
  }

  /** It could do more if it were given more. */
  get starves(): boolean {
    const { isDown, inFlight } = this.#queue.health();
    return !isDown && inFlight < this.#client.parallel;
  }

  /** It is to get this one, unless by `state`, what was tried before, it has it or does not want it. */
  add(waiting: Waiting, state: MessageState | undefined): void {
    const share = state?.sinks[this.sink.name];
    if (share !== undefined && share.outcome !== "waiting") return;
    waiting.left |= this.bit;
    this.#queue.add(waiting, share);
  }

  /** The message is no longer there, whether its delivery was begun here or not; one that is being delivered ends by itself. */
  forget(waiting: Waiting, begun: boolean): void {
    if (begun) this.#queue.withdraw(waiting.key);
    else if (!this.#queue.remove(waiting.key)) return;
    waiting.left &= ~this.bit;
  }

  /** What to deliver now. */
  next(): readonly Waiting[] {
    return this.#queue.next(this.#parts.monotonic.now());
  }

  deliver(envelope: Envelope, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#client.deliver(envelope, signal);
  }

  /** An attempt has ended. Returns what is to be remembered of it. */
  ended(waiting: Waiting, result: DeliveryResult): SinkShare {
    const settlement = this.#queue.ended(waiting.key, result, this.#parts.monotonic.now());
    if ("settled" in settlement) waiting.left &= ~this.bit;
    return this.#share(waiting.state?.sinks[this.sink.name], settlement, result);
  }

  /** Monotonic milliseconds at which `next` may have something. */
  wakeAt(): number {
    return this.#queue.wakeAt(this.#parts.monotonic.now()) ?? Number.POSITIVE_INFINITY;
  }

  /** `before`: how it stood with an earlier client. */
  state(before: SinkState | undefined): SinkState {
    const { waiting, failing, delivered, lastDeliveredAt } = this.#queue.health();
    const now = this.#parts.monotonic.now();
    let eldest = now;
    for (const head of this.#queue.heads()) eldest = Math.min(eldest, head.since);
    const wall = this.#parts.clock.now().getTime();
    return {
      name: this.sink.name,
      type: this.sink.type,
      waiting,
      oldest: now - eldest,
      ...(failing ? { failing } : {}),
      delivered: (before?.delivered ?? 0) + delivered,
      ...lastDelivered(lastDeliveredAt === undefined ? before?.lastDeliveredAt : wall - (now - lastDeliveredAt)),
    };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #share(before: SinkShare | undefined, settlement: Settlement, result: DeliveryResult): SinkShare {
    const at = this.#parts.clock.now().toISOString();
    const { type } = this.sink;
    const { attempts, refusals, tried, lastError } = before ?? { attempts: 0, refusals: 0, tried: 0 };
    if ("waiting" in settlement) return { outcome: "waiting", type, at, ...settlement.waiting };
    const past = { type, at, attempts: attempts + 1, refusals, tried };
    if (settlement.settled === "delivered")
      return { outcome: "delivered", ...past, ...(lastError === undefined ? {} : { lastError }) };
    const refused = result.outcome === "refused" ? 1 : 0;
    return { outcome: "refused", ...past, refusals: refusals + refused, lastError: settlement.why };
  }
}

function lastDelivered(at: number | undefined): Pick<SinkState, "lastDeliveredAt"> {
  return at === undefined ? {} : { lastDeliveredAt: at };
}
