import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LaneQueue } from "../../../../agent/delivery/lane-queue.ts";
import type { Task } from "../../../../agent/delivery/lanes.ts";
import type { DeliveryResult } from "../../../../agent/delivery/types.ts";
import { DELIVERED, DOWN, QueueDriver, REFUSED } from "./queue-driver.ts";

const PATIENCE = { retryFor: 600_000, refusals: 3 };
const SLOWER: DeliveryResult = { outcome: "retry", detail: "answered 429", after: 7_000 };
const RESULTS = [DELIVERED, DOWN, REFUSED, SLOWER];

type Action =
  | { readonly do: "add"; readonly lane: number; readonly order: number }
  | { readonly do: "next" }
  | { readonly do: "end"; readonly which: number; readonly result: number }
  | { readonly do: "remove"; readonly which: number }
  | { readonly do: "withdraw"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number };

const number = fc.nat({ max: 1_000 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("add" as const), lane: fc.nat({ max: 4 }), order: fc.nat({ max: 20 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("next" as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("end" as const), which: number, result: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), which: number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), which: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat({ max: 400_000 }) }) },
);

/** Knows of each task only what the caller knows, and checks what the queue says against it. */
class Model {
  readonly queue: LaneQueue<Task>;
  readonly parallel: number;
  now = 0;
  readonly waiting = new Map<string, { readonly task: Task; readonly turn: number }>();
  readonly flying = new Map<string, Task>();
  readonly settled = new Set<string>();
  #turn = 0;

  constructor(parallel: number) {
    this.parallel = parallel;
    this.queue = new LaneQueue({ parallel, patience: PATIENCE });
  }

  carryOut(action: Action): void {
    if (action.do === "add") this.#add(`lane${action.lane}`, action.order);
    if (action.do === "next") this.#next();
    if (action.do === "end")
      this.#end(pick([...this.flying.values()], action.which), RESULTS[action.result] ?? DELIVERED);
    if (action.do === "remove") this.#remove(pick([...this.waiting.values()], action.which)?.task);
    if (action.do === "withdraw") this.#withdraw(pick([...this.flying.values()], action.which));
    if (action.do === "wait") this.now += action.ms;
    expect(this.queue.health()).toMatchObject({
      waiting: this.waiting.size + this.flying.size,
      inFlight: this.flying.size,
    });
  }

  /** Everything is taken from now on: nothing may be left behind. */
  drain(): void {
    for (const task of [...this.flying.values()]) this.#end(task, DELIVERED);
    for (let round = 0; this.waiting.size > 0; round += 1) {
      expect(round).toBeLessThan(1_000);
      const wakeAt = this.queue.wakeAt(this.now);
      expect(wakeAt).toBeDefined();
      this.now = Math.max(this.now, wakeAt ?? 0);
      this.#next();
      for (const task of [...this.flying.values()]) this.#end(task, DELIVERED);
    }
    expect(this.queue.wakeAt(this.now)).toBeUndefined();
  }

  #add(lane: string, order: number): void {
    this.#turn += 1;
    const task = { key: `key${this.#turn}`, lane, order };
    expect(this.queue.add(task)).toBe(true);
    this.waiting.set(task.key, { task, turn: this.#turn });
  }

  #next(): void {
    const wasDown = this.queue.health().isDown;
    const before = this.flying.size;
    const begun = this.queue.next(this.now);
    for (const task of begun) {
      const known = this.waiting.get(task.key);
      expect(known?.task).toBe(task);
      expect([...this.flying.values()].map(({ lane }) => lane)).not.toContain(task.lane);
      for (const other of this.waiting.values()) {
        if (other.task.lane !== task.lane || other.task === task) continue;
        const isEarlier = other.task.order < task.order;
        const cameFirst = other.task.order === task.order && other.turn < (known?.turn ?? 0);
        if (isEarlier || cameFirst) expect.unreachable(`${task.key} overtook ${other.task.key}`);
      }
      this.waiting.delete(task.key);
      this.flying.set(task.key, task);
    }
    expect(this.flying.size).toBeLessThanOrEqual(this.parallel);
    if (wasDown) expect(begun.length).toBeLessThanOrEqual(before === 0 ? 1 : 0);
    const wakeAt = this.queue.wakeAt(this.now);
    if (wakeAt !== undefined) expect(wakeAt).toBeGreaterThan(this.now);
  }

  #end(task: Task | undefined, result: DeliveryResult): void {
    if (task === undefined) return;
    this.flying.delete(task.key);
    const settlement = this.queue.ended(task.key, result, this.now);
    expect(this.settled.has(task.key)).toBe(false);
    if ("settled" in settlement) {
      expect(settlement.settled === "delivered").toBe(result.outcome === "delivered");
      this.settled.add(task.key);
      return;
    }
    expect(result.outcome).not.toBe("delivered");
    this.waiting.set(task.key, { task, turn: Number(task.key.slice(3)) });
  }

  #withdraw(task: Task | undefined): void {
    if (task === undefined) return;
    this.queue.withdraw(task.key);
    this.flying.delete(task.key);
    expect(this.queue.has(task.key)).toBe(false);
  }

  #remove(task: Task | undefined): void {
    if (task === undefined) return;
    expect(this.queue.remove(task.key)).toBe(true);
    this.waiting.delete(task.key);
  }
}

function pick<T>(entries: readonly T[], which: number): T | undefined {
  return entries[which % Math.max(1, entries.length)];
}

describe("any sequence of events", () => {
  test("one of a lane at a time, in order, never more than may be, nothing lost, nothing begun that is settled", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(action, { maxLength: 200 }), (parallel, actions) => {
        const model = new Model(parallel);
        for (const next of actions) model.carryOut(next);
        model.drain();
      }),
      { numRuns: 500 },
    );
  });
});

/** What befalls each lane's deliveries: all of a poisoned lane's fail. */
const weather = fc.record({
  poisoned: fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 4 }),
  how: fc.constantFrom(DOWN, REFUSED, SLOWER),
  outages: fc.array(fc.record({ start: fc.nat({ max: 7_200_000 }), lasts: fc.nat({ max: 3_600_000 }) }), {
    maxLength: 4,
  }),
});

describe("any weather", () => {
  test("during an outage few attempts are made, after it all but the poisoned are soon delivered, in order", () => {
    fc.assert(
      fc.property(weather, fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), ({ poisoned, how, outages }, arrivals) => {
        const driver = new QueueDriver({ parallel: 4, patience: { retryFor: 10 ** 9, refusals: 10 ** 9 } });
        const isOut = (now: number) => outages.some(({ start, lasts }) => now >= start && now < start + lasts);
        driver.receiver = ({ lane }, now) => {
          if (isOut(now)) return DOWN;
          return poisoned.includes(Number(lane.slice(4))) ? how : DELIVERED;
        };
        for (const lane of arrivals) {
          driver.add(`lane${lane}`);
          driver.run(Math.round(7_200_000 / 60));
        }
        driver.run(20_000_000);
        for (const { start, lasts } of outages) {
          const during = driver.attempts.filter(({ at }) => at >= start && at < start + lasts);
          const perLane = 10 + lasts / 150_000;
          expect(during.length).toBeLessThanOrEqual(60 + lasts / 30_000 + poisoned.length * perLane);
        }
        for (const lane of arrivals) if (!poisoned.includes(lane)) driver.add(`lane${lane}`);
        driver.run(40_000);
        const left = new Set([...driver.queue.heads()].map(({ lane }) => Number(lane.slice(4))));
        expect([...left].every((lane) => poisoned.includes(lane))).toBe(true);
        for (let lane = 0; lane < 10; lane += 1) {
          const numbers = driver
            .deliveredKeys()
            .filter((key) => key.startsWith(`lane${lane}-`))
            .map((key) => Number(key.slice(6)));
          expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
        }
      }),
      { numRuns: 60 },
    );
  });
});
