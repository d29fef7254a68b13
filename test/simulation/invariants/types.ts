import type { Decision } from "../../../agent/decide/types.ts";
import type { Memory } from "../../../agent/model/memory.ts";
import type { Moment, Observation } from "../../../agent/model/observation.ts";
import type { World } from "../world/state.ts";

/** One pass of the agent, after its decision and before its steps begin. `world` is the truth. */
export interface Pass {
  readonly world: World;
  readonly seen: Observation;
  readonly before: Memory;
  readonly decision: Decision;
  readonly now: Moment;
  readonly healed: boolean;
}

/** Says what is wrong, or nothing. Remembers within one history. */
export type Watch = (pass: Pass) => string | undefined;

/** What must hold after every pass of every history. */
export interface Invariant {
  readonly name: string;
  /** One sentence. */
  readonly sentence: string;
  readonly watch: () => Watch;
}
