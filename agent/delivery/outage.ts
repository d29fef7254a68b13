import { SECOND } from "../decide/durations.ts";
import { wished } from "./pause.ts";

const FIRST_PAUSE = SECOND;
const LONGEST_PAUSE = 30 * SECOND;

interface Streak {
  readonly lane: string;
  /** Monotonic milliseconds of the first failure. */
  readonly since: number;
  readonly detail: string;
}

interface Down {
  readonly pause: number;
  /** When the next single attempt may be made. */
  readonly nextAt: number;
}

/**
 * Tells a receiver that is down from a message that it does not want. One lane that fails says nothing of the receiver;
 * two lanes in a row with nothing delivered between do. Then one attempt is made at a time, ever more rarely, until one
 * succeeds.
 */
export class Outage {
  #streak: Streak | undefined;
  #down: Down | undefined;

  get isDown(): boolean {
    return this.#down !== undefined;
  }

  /** When the next attempt may be made; undefined while it is not down. */
  get nextAt(): number | undefined {
    return this.#down?.nextAt;
  }

  /** Absent while it works. */
  get failing(): { readonly since: number; readonly detail: string } | undefined {
    return this.#streak === undefined ? undefined : { since: this.#streak.since, detail: this.#streak.detail };
  }

  /** @param wasProbe the attempt was begun while it was down; others, begun before, tell nothing new */
  failed(failure: {
    readonly lane: string;
    readonly detail: string;
    readonly now: number;
    readonly wasProbe: boolean;
    readonly after: number | undefined;
  }): void {
    const { lane, detail, now, after } = failure;
    const others = this.#streak !== undefined && this.#streak.lane !== lane;
    this.#streak = { lane: this.#streak?.lane ?? lane, since: this.#streak?.since ?? now, detail };
    if (this.#down === undefined && !others) return;
    const pause = this.#nextPause(failure.wasProbe);
    const nextAt = Math.max(this.#down?.nextAt ?? 0, now + Math.max(pause, wished(after)));
    this.#down = { pause, nextAt };
  }

  /** A probe with a message that is known to be unwanted says nothing, but it was an attempt. */
  probedInVain(now: number): void {
    if (this.#down === undefined) return;
    const pause = this.#nextPause(true);
    this.#down = { pause, nextAt: now + pause };
  }

  delivered(): void {
    this.#streak = undefined;
    this.#down = undefined;
  }

  /** A message was given up for its own sake: its failures are no sign of an outage any more. */
  forgive(lane: string): void {
    if (!this.isDown && this.#streak?.lane === lane) this.#streak = undefined;
  }

  #nextPause(wasProbe: boolean): number {
    if (this.#down === undefined) return FIRST_PAUSE;
    return wasProbe ? Math.min(2 * this.#down.pause, LONGEST_PAUSE) : this.#down.pause;
  }
}
