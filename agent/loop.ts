import type { MonotonicClock, Supervisor } from "../core/agent-ports.ts";
import { messageOf } from "../core/errors.ts";
import type { Inventory } from "../core/model/inventory.ts";
import type { Clock } from "../core/ports.ts";
import { decide } from "./decide/decide.ts";
import type { Decision, Listening } from "./decide/types.ts";
import type { Lanes } from "./lanes.ts";
import type { Memory } from "./model/memory.ts";
import type { Moment, Observation } from "./model/observation.ts";
import type { Wake } from "./wake.ts";

/** What the loop is made of; `resident.ts` puts it together. */
export interface LoopParts {
  readonly clock: Clock;
  readonly monotonic: MonotonicClock;
  readonly wake: Wake;
  readonly lanes: Lanes;
  readonly supervisor: Supervisor;
  /** The inventory in force: the one on disk, or the last good one. */
  inventory(): Promise<Inventory>;
  observe(inventory: Inventory, lanes: Lanes): Promise<Observation>;
  /** Second ports to listen on from now on. */
  listen(ports: readonly Listening[]): void;
  /** Puts down what was decided: memory on disk, timeline, state file. Before the steps begin, so that a crash forgets nothing. */
  record(decision: Decision, seen: Observation, now: Moment): Promise<void>;
  /** A pass that failed; the loop goes on. */
  failed(error: unknown): void;
}

/** So many passes in a row that fail are no passing trouble: systemd starts a new process. */
const PASSES_MAY_FAIL = 20;
const AFTER_FAILURE_MS = 1_000;

/** Observe, decide, act, for ever: until `signal` says that it is over. */
export async function runLoop(parts: LoopParts, remembered: Memory, signal: AbortSignal): Promise<void> {
  let memory = remembered;
  let failures = 0;
  let wakeAt = 0;
  while (!signal.aborted) {
    try {
      const decision = await onePass(parts, memory);
      memory = decision.memory;
      wakeAt = decision.wakeAt;
      failures = 0;
    } catch (error) {
      failures += 1;
      parts.failed(error);
      if (failures >= PASSES_MAY_FAIL) throw new Error(`${failures} passes in a row failed: ${messageOf(error)}`);
      wakeAt = parts.monotonic.now() + AFTER_FAILURE_MS;
    }
    parts.lanes.assertMoving();
    if (failures === 0) await parts.supervisor.notify({ alive: true });
    await parts.wake.until(wakeAt, signal);
  }
}

/** One look, one decision. Returns as soon as its steps have begun; how they end is seen by a later pass. */
async function onePass(parts: LoopParts, memory: Memory): Promise<Decision> {
  const { lanes } = parts;
  const inventory = await parts.inventory();
  const seen = await parts.observe(inventory, lanes);
  const now = moment(parts);
  const decision = decide({ inventory, seen, memory, now });
  await parts.record(decision, seen, now);
  lanes.acknowledge(seen.outcomes);
  parts.listen(decision.listen);
  for (const step of decision.steps) lanes.start(step);
  return decision;
}

function moment({ clock, monotonic }: LoopParts): Moment {
  return { wall: clock.now().getTime(), monotonic: monotonic.now(), bootId: monotonic.bootId };
}
