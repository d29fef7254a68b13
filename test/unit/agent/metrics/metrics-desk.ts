import { decide } from "../../../../agent/decide/decide.ts";
import type { Decision } from "../../../../agent/decide/types.ts";
import { Metrics } from "../../../../agent/metrics/metrics.ts";
import type { Moment, Observation } from "../../../../agent/model/observation.ts";
import type { Inventory } from "../../../../core/model/inventory.ts";
import { type Exposition, parseExposition, valuesOf } from "../../../helpers/parse-exposition.ts";
import { BOOT_ID, ModemStory } from "../decide-modems/modem-story.ts";

export const MACHINE_ID = "0123456789abcdef0123456789abcdef";

/** Metrics of a gateway that a test moves on: what the agent would see and decide, and what monitoring is told of it. */
export class MetricsDesk {
  readonly story: ModemStory;
  readonly metrics: Metrics;

  constructor(inventory?: Inventory) {
    this.story = ModemStory.working(inventory);
    this.metrics = new Metrics({
      clock: { now: () => new Date(this.story.wall) },
      monotonic: { now: () => this.story.now, bootId: BOOT_ID },
      machineId: MACHINE_ID,
      program: { version: "1.2.3" },
    });
  }

  /** One pass with everything that the agent decides. */
  pass(change: Partial<Observation> = {}): Decision {
    const { story } = this;
    const now: Moment = { wall: story.wall, monotonic: story.now, bootId: BOOT_ID };
    const seen = { ...story.seen, ...change };
    const decision = decide({ inventory: story.inventory, seen, memory: story.memory, now });
    story.memory = decision.memory;
    this.metrics.decided({ inventory: story.inventory, seen, decision, now });
    return decision;
  }

  read(): Exposition {
    return parseExposition(this.metrics.text());
  }

  /** Values of a metric by those of its labels; a metric that is not there is `{}`. */
  values(name: string): Readonly<Record<string, number>> {
    return valuesOf(this.read(), name);
  }
}
