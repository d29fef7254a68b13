import { LaneQueue, type Settlement } from "../../../../agent/delivery/lane-queue.ts";
import type { Task } from "../../../../agent/delivery/lanes.ts";
import type { DeliveryResult, Patience, Progress } from "../../../../agent/delivery/types.ts";

export const DELIVERED: DeliveryResult = { outcome: "delivered", detail: "200" };
export const DOWN: DeliveryResult = { outcome: "retry", detail: "connection refused" };
export const REFUSED: DeliveryResult = { outcome: "refused", detail: "answered 400" };

export const DAY = 86_400_000;
export const PATIENT: Patience = { retryFor: 7 * DAY, refusals: 5 };

/** What an attempt at a task comes to, and how long it takes. */
export type Receiver = (
  task: Task,
  now: number,
) => DeliveryResult | { readonly result: DeliveryResult; readonly ms: number };

interface UnderWay {
  readonly task: Task;
  readonly endsAt: number;
  readonly result: DeliveryResult;
}

/** A queue with a receiver and a clock: runs as the agent would, from one moment at which something happens to the next. */
export class QueueDriver {
  readonly queue: LaneQueue<Task>;
  now = 0;
  receiver: Receiver = () => DELIVERED;
  readonly attempts: { readonly key: string; readonly at: number }[] = [];
  readonly delivered: { readonly key: string; readonly at: number }[] = [];
  readonly settled = new Map<string, Settlement>();
  #underWay: UnderWay[] = [];
  #count = 0;

  constructor(options: { readonly parallel?: number; readonly patience?: Patience } = {}) {
    this.queue = new LaneQueue({ parallel: options.parallel ?? 8, patience: options.patience ?? PATIENT });
  }

  /** Keys are the lane and a number. */
  add(lane: string, progress?: Progress): string {
    this.#count += 1;
    const key = `${lane}-${this.#count}`;
    this.queue.add({ key, lane, order: this.#count }, progress);
    return key;
  }

  /** Lets `milliseconds` pass, with everything that happens in them. */
  run(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (let moment = this.#nextMoment(); moment !== undefined && moment <= end; moment = this.#nextMoment()) {
      this.now = moment;
      this.#endDue();
      this.#begin();
    }
    this.now = end;
  }

  attemptsAt(key: string): readonly number[] {
    return this.attempts.filter((attempt) => attempt.key === key).map(({ at }) => at);
  }

  deliveredKeys(): readonly string[] {
    return this.delivered.map(({ key }) => key);
  }

  #nextMoment(): number | undefined {
    const moments = this.#underWay.map(({ endsAt }) => endsAt);
    const wakeAt = this.queue.wakeAt(this.now);
    if (wakeAt !== undefined) moments.push(wakeAt);
    return moments.length === 0 ? undefined : Math.max(this.now, Math.min(...moments));
  }

  #endDue(): void {
    const due = this.#underWay.filter(({ endsAt }) => endsAt <= this.now);
    this.#underWay = this.#underWay.filter(({ endsAt }) => endsAt > this.now);
    for (const { task, result } of due) {
      const settlement = this.queue.ended(task.key, result, this.now);
      this.settled.set(task.key, settlement);
      if ("settled" in settlement && settlement.settled === "delivered")
        this.delivered.push({ key: task.key, at: this.now });
    }
  }

  #begin(): void {
    for (const task of this.queue.next(this.now)) {
      this.attempts.push({ key: task.key, at: this.now });
      const said = this.receiver(task, this.now);
      const { result, ms } = "result" in said ? said : { result: said, ms: 1 };
      this.#underWay.push({ task, result, endsAt: this.now + ms });
    }
  }
}
