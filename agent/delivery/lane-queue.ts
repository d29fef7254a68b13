import { type Entry, type Lane, Lanes, type Task } from "./lanes.ts";
import { Outage } from "./outage.ts";
import { afterFailure, givenUp, isToBlame, progressOf, refusedOnceMore, resumed, type Tries } from "./tries.ts";
import type { DeliveryResult, Patience, Progress } from "./types.ts";

/** What an ended attempt comes to. `why` is one sentence. */
export type Settlement =
  | { readonly settled: "delivered" | "dead"; readonly why: string }
  | { readonly waiting: Progress };

export interface QueueHealth {
  /** Not delivered yet, those under way included. */
  readonly waiting: number;
  readonly inFlight: number;
  readonly delivered: number;
  /** Monotonic milliseconds. */
  readonly lastDeliveredAt?: number;
  /** Nothing has been delivered since the first of a row of failures. */
  readonly failing?: { readonly since: number; readonly detail: string };
  /** Two lanes or more failed in that row: one attempt is made at a time. */
  readonly isDown: boolean;
}

interface Flight<T extends Task> {
  readonly lane: Lane<T>;
  readonly entry: Entry<T>;
  readonly startedAt: number;
  /** Begun while the receiver was taken as down. */
  readonly isProbe: boolean;
}

type Failed = Exclude<DeliveryResult, { outcome: "delivered" }>;

/**
 * What one receiver is still to get. It says what to begin and is told how that ended; it does nothing by itself. Lanes
 * keep their order and never wait for each other; a receiver that is down as a whole gets single attempts, and
 * everything at once when one of them succeeds. `now` is monotonic milliseconds.
 */
export class LaneQueue<T extends Task> {
  readonly #parallel: number;
  readonly #patience: Patience;
  /** All that wait, those under way included. */
  readonly #entries = new Map<string, Entry<T>>();
  readonly #flights = new Map<string, Flight<T>>();
  readonly #lanes = new Lanes<T>((entry) => this.#entries.get(entry.task.key) === entry);
  /** Resting lanes for whose failures the receiver may be to blame: they need not rest when it takes something. */
  #suspects = new Set<Lane<T>>();
  readonly #outage = new Outage();
  #turn = 0;
  #delivered = 0;
  #lastDeliveredAt: number | undefined;

  /** @param parallel so many at once, at least 1 */
  constructor(options: { readonly parallel: number; readonly patience: Patience }) {
    this.#parallel = options.parallel;
    this.#patience = options.patience;
  }

  /** False if the key waits already. `progress`: what an earlier process tried. */
  add(task: T, progress?: Progress): boolean {
    if (this.#entries.has(task.key)) return false;
    this.#turn += 1;
    const tries = progress === undefined || progress.attempts === 0 ? undefined : resumed(progress);
    const entry: Entry<T> = { task, turn: this.#turn, tries };
    this.#entries.set(task.key, entry);
    this.#lanes.add(entry);
    return true;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** What to begin now, in this order. Each of them must be told to `ended` later on. */
  next(now: number): readonly T[] {
    this.#lanes.rouseDue(now);
    const begun: T[] = [];
    for (let lane = this.#eligible(now); lane !== undefined; lane = this.#eligible(now)) {
      begun.push(this.#begin(lane, now));
    }
    return begun;
  }

  /**
   * An attempt has ended.
   * @throws Error if the task is not under way: the caller's mistake
   */
  ended(key: string, result: DeliveryResult, now: number): Settlement {
    const flight = this.#flights.get(key);
    if (flight === undefined) throw new Error(`the delivery ${key} is not under way`);
    this.#flights.delete(key);
    const settlement =
      result.outcome === "delivered"
        ? this.#onDelivered(flight, result.detail, now)
        : this.#onFailed(flight, result, now);
    this.#lanes.release(flight.lane);
    return settlement;
  }

  /** Monotonic milliseconds at which `next` may have something to begin, if nothing happens before; undefined for never. */
  wakeAt(now: number): number | undefined {
    if (this.#flights.size === this.#entries.size || this.#flights.size >= this.#parallel) return undefined;
    const { nextAt } = this.#outage;
    if (nextAt !== undefined) return this.#flights.size === 0 ? Math.max(now, nextAt) : undefined;
    if (this.#lanes.nextReady() !== undefined) return now;
    const rest = this.#lanes.nextRest();
    return rest === undefined ? undefined : Math.max(now, rest.until);
  }

  /** Forgets a task. False if there is none, or if it is under way: then its end settles it. */
  remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#flights.has(key)) return false;
    this.#entries.delete(key);
    const lane = this.#lanes.named(entry.task.lane);
    if (lane) this.#lanes.settle(lane);
    return true;
  }

  /** What was begun turned out to be nothing to deliver: it is forgotten, which says nothing of the receiver. */
  withdraw(key: string): void {
    const flight = this.#flights.get(key);
    if (flight === undefined) return;
    this.#flights.delete(key);
    this.#entries.delete(key);
    this.#lanes.release(flight.lane);
  }

  /** The first task of each lane that waits; the eldest of all is among them. Costs as much as there are lanes. */
  heads(): Iterable<T> {
    return this.#lanes.heads();
  }

  health(): QueueHealth {
    const { failing, isDown } = this.#outage;
    return {
      waiting: this.#entries.size,
      inFlight: this.#flights.size,
      delivered: this.#delivered,
      ...(this.#lastDeliveredAt === undefined ? {} : { lastDeliveredAt: this.#lastDeliveredAt }),
      ...(failing === undefined ? {} : { failing }),
      isDown,
    };
  }

  /** A lane that may begin something. While the receiver is down, those that rest are asked, too, one at a time. */
  #eligible(now: number): Lane<T> | undefined {
    const { nextAt } = this.#outage;
    if (nextAt === undefined) return this.#flights.size < this.#parallel ? this.#lanes.nextReady() : undefined;
    if (this.#flights.size > 0 || now < nextAt) return undefined;
    return this.#lanes.nextReady() ?? this.#lanes.nextRest()?.lane;
  }

  #begin(lane: Lane<T>, now: number): T {
    const entry = this.#lanes.begin(lane);
    if (entry === undefined) throw new Error(`the lane ${lane.name} has nothing to begin`);
    this.#suspects.delete(lane);
    this.#flights.set(entry.task.key, { lane, entry, startedAt: now, isProbe: this.#outage.isDown });
    return entry.task;
  }

  #onDelivered({ entry }: Flight<T>, why: string, now: number): Settlement {
    this.#entries.delete(entry.task.key);
    this.#delivered += 1;
    this.#lastDeliveredAt = now;
    const wasDown = this.#outage.isDown;
    this.#outage.delivered();
    const roused = this.#suspects;
    this.#suspects = new Set();
    for (const lane of roused) {
      if (wasDown || this.#lanes.head(lane)?.tries?.isFirm !== true) this.#lanes.rouse(lane);
    }
    return { settled: "delivered", why };
  }

  #onFailed(flight: Flight<T>, result: Failed, now: number): Settlement {
    const { lane, entry, startedAt } = flight;
    const failure = { key: entry.task.key, result, startedAt, now, others: this.#delivered };
    const tries = afterFailure(entry.tries, failure);
    this.#blame(flight, tries, result, now);
    // A receiver that refuses everybody (a token that is wrong, say) does not mean this message.
    const counts = result.outcome === "refused" && (isToBlame(tries) || !this.#outage.isDown);
    entry.tries = counts ? refusedOnceMore(tries) : tries;
    const why = givenUp(entry.tries, this.#patience);
    if (why !== undefined) {
      this.#entries.delete(entry.task.key);
      this.#outage.forgive(lane.name);
      return { settled: "dead", why };
    }
    lane.entries.add(entry);
    if (!isToBlame(tries)) this.#suspects.add(lane);
    return { waiting: progressOf(entry.tries) };
  }

  /** The receiver's failure or the message's own? */
  #blame({ lane, isProbe }: Flight<T>, tries: Tries, result: Failed, now: number): void {
    if (isToBlame(tries)) {
      if (isProbe) this.#outage.probedInVain(now);
      return;
    }
    const after = result.outcome === "retry" ? result.after : undefined;
    this.#outage.failed({ lane: lane.name, detail: result.detail, now, wasProbe: isProbe, after });
  }
}
