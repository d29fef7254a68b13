import type { MonotonicClock } from "../../core/agent-ports.ts";
import { MINUTE, SECOND } from "../decide/durations.ts";
import { Line } from "../delivery/line.ts";
import { emptyState, type SinkShare, withShare } from "./message-state.ts";
import type { StateStore } from "./state-store.ts";
import type { Waiting } from "./waiting.ts";

/** A sink that takes longer than the others: what they have is written down. */
const PARTIAL_MS = SECOND;
/** How often further failures of one message are written down. */
const SAVE_EVERY = MINUTE;

interface Partial {
  readonly waiting: Waiting;
  /** Monotonic milliseconds. */
  readonly due: number;
}

/** What the sinks have made of messages that are not through, and when that is worth a write. */
export class ProgressNotes {
  readonly #states: StateStore;
  readonly #monotonic: Pick<MonotonicClock, "now">;
  readonly #partial = new Line<Partial>();

  constructor(states: StateStore, monotonic: Pick<MonotonicClock, "now">) {
    this.#states = states;
    this.#monotonic = monotonic;
  }

  /** One sink's newest outcome. */
  note(waiting: Waiting, sink: string, share: SinkShare): void {
    // A message that all took at once needs no state; a refusal does, or it would be put away as delivered.
    if (waiting.left === 0 && !waiting.state && share.outcome !== "refused") return;
    const now = this.#monotonic.now();
    const refusals = waiting.state?.sinks[sink]?.refusals ?? 0;
    waiting.state = withShare(waiting.state ?? emptyState(waiting.key), sink, share);
    if (waiting.left === 0) return;
    const fresh = waiting.savedAt !== undefined && now - waiting.savedAt < SAVE_EVERY;
    if (share.outcome === "delivered" && waiting.savedAt === undefined) {
      this.#partial.add({ waiting, due: now + PARTIAL_MS });
    } else if (share.outcome !== "waiting" || share.refusals > refusals || !fresh) {
      this.#save(waiting, now);
    }
  }

  /** Writes down what is due. */
  tick(): void {
    const now = this.#monotonic.now();
    for (let first = this.#partial.first(); first && first.due <= now; first = this.#partial.first()) {
      this.#partial.take();
      const { waiting } = first;
      if (waiting.left !== 0 && waiting.savedAt === undefined) this.#save(waiting, now);
    }
  }

  /** Monotonic milliseconds at which `tick` has something to do. */
  wakeAt(): number {
    return this.#partial.first()?.due ?? Number.POSITIVE_INFINITY;
  }

  #save(waiting: Waiting, now: number): void {
    if (!waiting.state) return;
    waiting.savedAt = now;
    this.#states.save(waiting.state);
  }
}
