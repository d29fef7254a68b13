import type { MonotonicClock } from "../core/agent-ports.ts";
import { messageOf } from "../core/errors.ts";
import type { Subject } from "./model/finding.ts";
import type { IssuedStep, Outcome, ProbeResult } from "./model/step.ts";

/** How a step ended, as its executor tells it. */
export interface Ended {
  readonly ok: boolean;
  readonly detail: string;
  readonly probe?: ProbeResult;
}

/** Every executor has a limit of its own below this (the longest is smsd's stop, 90 s). */
const LIMIT_MS = 300_000;

/** Steps under way: one at a time for a subject, side by side for different ones. No pass of the loop waits for them. */
export class Lanes {
  readonly #clock: MonotonicClock;
  readonly #carryOut: (issued: IssuedStep) => Promise<Ended>;
  readonly #onEnd: (outcome: Outcome) => void;
  readonly #running = new Map<Subject, { readonly since: number; readonly work: Promise<void> }>();
  #outcomes: readonly Outcome[] = [];

  constructor(
    clock: MonotonicClock,
    carryOut: (issued: IssuedStep) => Promise<Ended>,
    onEnd: (outcome: Outcome) => void,
  ) {
    this.#clock = clock;
    this.#carryOut = carryOut;
    this.#onEnd = onEnd;
  }

  get running(): readonly { readonly subject: Subject; readonly since: number }[] {
    return [...this.#running].map(([subject, { since }]) => ({ subject, since }));
  }

  /** Ended since they were last acknowledged. */
  get outcomes(): readonly Outcome[] {
    return this.#outcomes;
  }

  /** What was decided upon need not be shown again. */
  acknowledge(seen: readonly Outcome[]): void {
    this.#outcomes = this.#outcomes.filter((outcome) => !seen.includes(outcome));
  }

  /** @throws Error if something runs for the subject already: the decision's rule was broken */
  start(issued: IssuedStep): void {
    if (this.#running.has(issued.subject)) throw new Error(`two steps at once for ${issued.subject}`);
    const since = this.#clock.now();
    this.#running.set(issued.subject, { since, work: this.#run(issued, since) });
  }

  /** @throws Error if a step is far beyond every limit: only a new process gets rid of it */
  assertMoving(): void {
    const stuck = this.running.find(({ since }) => this.#clock.now() - since > LIMIT_MS);
    if (stuck) throw new Error(`a step for ${stuck.subject} has not ended within ${LIMIT_MS / 1000} s`);
  }

  /** Settles when everything under way has ended. */
  async idle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ work }) => work));
  }

  async #run(issued: IssuedStep, startedAt: number): Promise<void> {
    const ended = await this.#carryOut(issued).catch((error: unknown) => ({ ok: false, detail: messageOf(error) }));
    const outcome: Outcome = {
      subject: issued.subject,
      step: issued.step,
      startedAt,
      finishedAt: this.#clock.now(),
      ...ended,
    };
    this.#running.delete(issued.subject);
    this.#outcomes = [...this.#outcomes, outcome];
    this.#onEnd(outcome);
  }
}
