import type { Moment } from "../../../agent/model/observation.ts";
import type { World } from "./state.ts";

/** The clocks as the agent reads them. */
export function momentOf(world: World): Moment {
  return { wall: wallOf(world, world.now), monotonic: monotonicOf(world, world.now), bootId: `boot-${world.boots}` };
}

/** What the wall clock, as it is set now, calls a moment of simulated time. */
export function wallOf(world: World, time: number): number {
  return world.wallOffset + time;
}

/** Milliseconds since boot; times before it are clipped to it. */
export function monotonicOf(world: World, time: number): number {
  return Math.max(0, time - world.bootedAt);
}
