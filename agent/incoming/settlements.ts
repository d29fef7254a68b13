import type { Sink } from "../../core/model/inventory.ts";
import type { Clock } from "../../core/ports.ts";
import { emptyState, type MessageState, type SinkShare, withShare } from "./message-state.ts";
import type { PutAway } from "./put-away.ts";
import type { SeenIds } from "./seen-ids.ts";
import type { StateStore } from "./state-store.ts";
import { placeOf, type Waiting } from "./waiting.ts";

/** Renames that no fsync has made good yet: as many may be delivered twice after a power cut. */
const MOST_UNSETTLED = 64;

/** A message that was given up, or a file that never was one. */
export interface DeadLettered {
  readonly id: string;
  /** One sentence, without texts and numbers. */
  readonly reason: string;
}

export interface SettlementsParts {
  readonly sinks: readonly Sink[];
  readonly putAway: PutAway;
  readonly seen: SeenIds;
  readonly states: StateStore;
  readonly clock: Pick<Clock, "now">;
  readonly deadLettered: (letter: DeadLettered) => void;
}

type FileOf = Pick<Waiting, "source" | "name">;

/** What has come to its end is put away, much of it at the same time, so that one fsync is enough for many. */
export class Settlements {
  readonly #parts: SettlementsParts;
  readonly #running = new Set<Promise<void>>();
  #duplicates = 0;

  constructor(parts: SettlementsParts) {
    this.#parts = parts;
  }

  /** No more must be begun before some of these are on disk. */
  get full(): boolean {
    return this.#running.size >= MOST_UNSETTLED;
  }

  get duplicates(): number {
    return this.#duplicates;
  }

  /** Settles when all that was begun is on disk, or the agent ends. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Every sink has it, or has refused it. `then`: when that is on disk. */
  message(waiting: Waiting, then: () => void): void {
    this.#run(this.#putAway(waiting), then);
  }

  /** It was no message. */
  malformed(file: FileOf, id: string, reason: string, then: () => void): void {
    this.#run(this.#deadLetter(file, { id, reason, sinks: {} }), then);
  }

  /** It was delivered before. */
  duplicate(file: FileOf, id: string, then: () => void): void {
    const done = this.#parts.putAway.duplicate(placeOf(file), id);
    this.#run(done, () => {
      this.#duplicates += 1;
      then();
    });
  }

  #run(work: Promise<boolean>, then: () => void): void {
    const running = work.then((done) => {
      this.#running.delete(running);
      if (done) then();
    });
    this.#running.add(running);
  }

  async #putAway(waiting: Waiting): Promise<boolean> {
    const { putAway, seen, states, clock } = this.#parts;
    const { key: id, state } = waiting;
    const [refusal] = Object.entries(state?.sinks ?? {}).filter(([, { outcome }]) => outcome === "refused");
    if (refusal) {
      const [sink, { lastError = "refused" }] = refusal;
      const letter = { id, reason: `${sink} did not take it: ${lastError}`, sinks: state?.sinks ?? {} };
      if (!(await this.#deadLetter(waiting, letter))) return false;
    } else {
      if (!(await putAway.processed(placeOf(waiting), id, () => this.#remember(waiting)))) return false;
      seen.add(id, clock.now().getTime());
    }
    await states.remove(id);
    return true;
  }

  async #deadLetter(
    file: FileOf,
    letter: { readonly id: string; readonly reason: string; readonly sinks: MessageState["sinks"] },
  ): Promise<boolean> {
    if (!(await this.#parts.putAway.deadLetter(placeOf(file), letter))) return false;
    this.#parts.seen.add(letter.id, "for-ever");
    this.#parts.deadLettered({ id: letter.id, reason: letter.reason });
    return true;
  }

  /** It cannot be put away: should the agent be killed now, the next one must know that all have it. */
  #remember(waiting: Waiting): void {
    const at = this.#parts.clock.now().toISOString();
    let state = waiting.state ?? emptyState(waiting.key);
    for (const { name, type } of this.#parts.sinks) {
      const share: SinkShare = { outcome: "delivered", type, at, attempts: 1, refusals: 0, tried: 0 };
      if (!state.sinks[name]) state = withShare(state, name, share);
    }
    waiting.state = state;
    this.#parts.states.save(state);
  }
}
