import { Heap } from "./heap.ts";
import { Line } from "./line.ts";
import type { Tries } from "./tries.ts";

/** What the queue must know of a delivery. */
export interface Task {
  readonly key: string;
  /** Deliveries of one lane are made one after the other: the sender, as a rule. */
  readonly lane: string;
  /** Within the lane the smallest goes first; of equals, whichever was added first. */
  readonly order: number;
}

/** A task that waits or is under way. */
export interface Entry<T extends Task> {
  readonly task: T;
  readonly turn: number;
  tries: Tries | undefined;
}

export interface Lane<T extends Task> {
  readonly name: string;
  readonly entries: Heap<Entry<T>>;
  state: "ready" | "resting" | "busy" | "gone";
  /** Until when it rests, monotonic milliseconds: put down once, however many tasks come meanwhile. */
  restsUntil: number | undefined;
}

interface Rest<T extends Task> {
  readonly lane: Lane<T>;
  readonly until: number;
}

/**
 * The lanes of one receiver. A lane is busy (one of its tasks is under way), resting (its first task failed), or ready;
 * the ready ones take turns. What was taken out stays in heap and line until its turn comes, where it is recognised.
 */
export class Lanes<T extends Task> {
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #isWaiting: (entry: Entry<T>) => boolean;
  readonly #ready = new Line<Lane<T>>();
  readonly #resting = new Heap<Rest<T>>((one, other) => one.until < other.until);

  constructor(isWaiting: (entry: Entry<T>) => boolean) {
    this.#isWaiting = isWaiting;
  }

  add(entry: Entry<T>): void {
    const { lane: name } = entry.task;
    const known = this.#lanes.get(name);
    if (known) {
      known.entries.add(entry);
      this.settle(known);
      return;
    }
    const lane: Lane<T> = { name, entries: new Heap(goesBefore, entry), state: "gone", restsUntil: undefined };
    this.#lanes.set(name, lane);
    this.settle(lane);
  }

  named(name: string): Lane<T> | undefined {
    return this.#lanes.get(name);
  }

  /** Brings a lane's state in line with its first task; a busy one is left alone until `release`. */
  settle(lane: Lane<T>): void {
    if (lane.state === "busy") return;
    const before = lane.state;
    const head = this.head(lane);
    if (head === undefined) {
      lane.state = "gone";
      this.#lanes.delete(lane.name);
      return;
    }
    const until = head.tries?.restsUntil;
    lane.state = until === undefined ? "ready" : "resting";
    if (until === undefined) {
      if (before !== "ready") this.#ready.add(lane);
    } else if (before !== "resting" || until !== lane.restsUntil) {
      lane.restsUntil = until;
      this.#resting.add({ lane, until });
    }
  }

  /** Its task has ended. */
  release(lane: Lane<T>): void {
    lane.state = "gone";
    this.settle(lane);
  }

  /** The first task of a lane that waits. */
  head(lane: Lane<T>): Entry<T> | undefined {
    for (let first = lane.entries.first(); first !== undefined; first = lane.entries.first()) {
      if (this.#isWaiting(first)) return first;
      lane.entries.take();
    }
    return undefined;
  }

  /** Takes the first task out of its lane, which is busy from now on. */
  begin(lane: Lane<T>): Entry<T> | undefined {
    const head = this.head(lane);
    if (head === undefined) return undefined;
    lane.entries.take();
    if (this.#ready.first() === lane) this.#ready.take();
    lane.state = "busy";
    return head;
  }

  /** Ends a lane's rest. */
  rouse(lane: Lane<T>): void {
    const head = this.head(lane);
    if (lane.state !== "resting" || head?.tries === undefined) return;
    head.tries = { ...head.tries, restsUntil: undefined };
    this.settle(lane);
  }

  rouseDue(now: number): void {
    for (let rest = this.nextRest(); rest !== undefined && rest.until <= now; rest = this.nextRest()) {
      this.rouse(rest.lane);
    }
  }

  nextReady(): Lane<T> | undefined {
    for (let lane = this.#ready.first(); lane !== undefined; lane = this.#ready.first()) {
      if (lane.state === "ready" && this.head(lane) !== undefined) return lane;
      this.#ready.take();
    }
    return undefined;
  }

  nextRest(): Rest<T> | undefined {
    for (let rest = this.#resting.first(); rest !== undefined; rest = this.#resting.first()) {
      if (rest.lane.state === "resting" && this.head(rest.lane)?.tries?.restsUntil === rest.until) return rest;
      this.#resting.take();
    }
    return undefined;
  }

  *heads(): Iterable<T> {
    for (const lane of this.#lanes.values()) {
      const head = this.head(lane);
      if (head !== undefined) yield head.task;
    }
  }
}

function goesBefore(one: Entry<Task>, other: Entry<Task>): boolean {
  return one.task.order < other.task.order || (one.task.order === other.task.order && one.turn < other.turn);
}
