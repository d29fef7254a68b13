import type { Decision, DecisionInput } from "../../../agent/decide/types.ts";
import { emptyMemory, type Memory } from "../../../agent/model/memory.ts";
import type { History } from "../history/types.ts";
import { INVARIANTS } from "../invariants/all.ts";
import type { Pass, Watch } from "../invariants/types.ts";
import { begin } from "../world/act.ts";
import { momentOf, monotonicOf } from "../world/clocks.ts";
import { createWorld, happenNext } from "../world/create.ts";
import { happen } from "../world/faults.ts";
import { healAll } from "../world/heal.ts";
import { observe } from "../world/observe.ts";
import { hint, type World } from "../world/state.ts";
import { notWell } from "../world/up.ts";
import { longestSettling } from "./settling.ts";

export type Decide = (input: DecisionInput) => Decision;

/** What was broken, when (milliseconds since the beginning), and how. */
export interface Violation {
  readonly invariant: string;
  readonly at: number;
  readonly detail: string;
}

export interface RunResult {
  readonly violation?: Violation;
  readonly passes: number;
  /** Milliseconds since the beginning at which all was well again. */
  readonly endedAt: number;
}

/** The slow look at everything, and the least pause between two looks (`agent/wake.ts`). */
const RESYNC_MS = 30_000;
const LEAST_GAP_MS = 50;
/** So many uneventful passes in a row on a healthy machine are idleness. */
const IDLE_PASSES = 3;
/** Every so many histories the healthy machine is watched for longer: nothing may be done to it. */
const REST_EVERY = 50;
const RESTING_PASSES = 60;
/** Findings that stay for a while after all is well, as something to know. */
const LASTING: ReadonlySet<string> = new Set(["message-set-aside"]);
/** No history needs more; a decision that calls for itself all the time does. */
const MOST_PASSES = 60_000;

/** Hears what happens, with milliseconds since the beginning. */
export type Say = (at: number, line: string) => void;

/** Plays a history against a decision until an invariant breaks or all is well at the end. */
export function play(history: History, decide: Decide, say: Say = () => {}): RunResult {
  return new Player(history, decide, say).run();
}

class Player {
  readonly #world: World;
  readonly #decide: Decide;
  readonly #history: History;
  readonly #watches: readonly (readonly [string, Watch])[] = INVARIANTS.map(({ name, watch }) => [name, watch()]);
  #memory: Memory;
  #passes = 0;
  #lastPass = Number.NEGATIVE_INFINITY;
  #wakeAt = 0;
  #idle = 0;
  #healed = false;
  #agentStartedAt = 0;
  #violation: Violation | undefined;

  constructor(history: History, decide: Decide, say: Say) {
    this.#history = history;
    this.#decide = decide;
    this.#world = createWorld(history, say);
    this.#memory = emptyMemory(momentOf(this.#world).bootId);
    for (const { at, fault } of history.faults) this.#world.agenda.plan(at, () => happen(this.#world, fault));
    this.#world.agenda.plan(history.span, () => this.#heal());
  }

  run(): RunResult {
    const deadline = this.#history.span + longestSettling(this.#history);
    while (this.#violation === undefined && !this.#isOver()) {
      const due = this.#nextPass();
      const { agenda } = this.#world;
      if (Math.min(due, agenda.next) > deadline && this.#idle < IDLE_PASSES)
        this.#fail("converges", notSettled(this.#world, this.#memory));
      else if (agenda.next <= due) happenNext(this.#world);
      else this.#look(due);
    }
    const ended = { passes: this.#passes, endedAt: this.#world.now };
    return this.#violation ? { ...ended, violation: this.#violation } : ended;
  }

  #heal(): void {
    if (!this.#world.machineUp) {
      this.#world.agenda.plan(this.#world.now + 5_000, () => this.#heal());
      return;
    }
    this.#healed = true;
    this.#idle = 0;
    healAll(this.#world, this.#history, () => this.#memory);
  }

  #isOver(): boolean {
    const enough = this.#history.seed % REST_EVERY === 0 ? RESTING_PASSES : IDLE_PASSES;
    return this.#healed && this.#idle >= enough;
  }

  /** While nothing happens on a healthy machine, time is skipped until something does. */
  #nextPass(): number {
    const { world, lastPass } = { world: this.#world, lastPass: this.#lastPass };
    if (!world.agent.alive) return Number.POSITIVE_INFINITY;
    if (world.agent.startedAt !== this.#agentStartedAt) this.#restarted();
    const skips = this.#idle >= IDLE_PASSES && !this.#healed && world.agenda.next < Number.POSITIVE_INFINITY;
    const due = skips ? world.hintAt : Math.min(world.hintAt, this.#wakeAt, lastPass + RESYNC_MS);
    return Math.max(due, lastPass + LEAST_GAP_MS, world.now);
  }

  /** A new process of the agent knows what was on disk. */
  #restarted(): void {
    this.#agentStartedAt = this.#world.agent.startedAt;
    this.#memory = JSON.parse(JSON.stringify(this.#memory));
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#lastPass = this.#world.now;
    this.#idle = 0;
  }

  #look(due: number): void {
    const world = this.#world;
    world.now = due;
    world.hintAt = Number.POSITIVE_INFINITY;
    const seen = observe(world);
    const now = momentOf(world);
    const input: DecisionInput = { inventory: world.inventory, seen, memory: this.#memory, now };
    const decision = this.#decided(input);
    if (!decision) return;
    this.#passes += 1;
    this.#lastPass = world.now;
    this.#check({ world, seen, before: this.#memory, decision, now, healed: this.#healed });
    this.#memory = decision.memory;
    this.#wakeAt = world.now + (decision.wakeAt - monotonicOf(world, world.now));
    world.outcomes = [];
    for (const { subject, code, level, phase, sentence } of decision.transitions) {
      world.say(`${phase} ${level} ${subject} ${code}: ${sentence}`);
    }
    for (const issued of decision.steps) begin(world, issued);
    this.#countIdle(decision);
  }

  #decided(input: DecisionInput): Decision | undefined {
    try {
      return this.#decide(input);
    } catch (error) {
      this.#fail("no-exception", error instanceof Error ? (error.stack ?? error.message) : String(error));
      return undefined;
    }
  }

  #check(pass: Pass): void {
    if (this.#passes > MOST_PASSES) this.#fail("sleeps", `more than ${MOST_PASSES} passes`);
    for (const [name, watch] of this.#watches) {
      const detail = watch(pass);
      if (detail !== undefined) this.#fail(name, detail);
    }
  }

  #fail(invariant: string, detail: string): void {
    this.#world.say(`!! ${invariant}: ${detail}`);
    this.#violation ??= { invariant, at: this.#world.now, detail };
  }

  #countIdle(decision: Decision): void {
    const world = this.#world;
    const acts = decision.steps.some(({ step }) => step.do !== "probe");
    const eventful = acts || decision.findings.some(({ code }) => !LASTING.has(code)) || world.outcomes.length > 0;
    const busy = world.operator !== undefined || world.lockHolder !== undefined || world.spoils.length > 0;
    this.#idle = eventful || busy || notWell(world).length > 0 ? 0 : this.#idle + 1;
    if (this.#idle === 1) hint(world, 1_000);
  }
}

function notSettled(world: World, memory: Memory): string {
  const findings = Object.values(memory.findings).map(({ code, subject, level }) => `${level} ${subject} ${code}`);
  const problems = [...notWell(world), ...findings];
  return problems.length === 0 ? "the decision never comes to rest" : problems.join("; ");
}
