import { diskIsFull } from "../world/smsd.ts";
import type { World } from "../world/state.ts";
import { notWell } from "../world/up.ts";
import { everyPinRefused } from "./truth.ts";
import type { Invariant, Pass } from "./types.ts";

/** All was well for so long that nothing from before can still be owed. */
const SETTLED_MS = 120_000;
/** Around each rung: letting go, taking back, confirming, the step itself. */
const AROUND_RUNG_SECONDS = 150;

export const CALM_INVARIANTS: readonly Invariant[] = [
  {
    name: "leaves-well-alone",
    sentence: "On a machine where all has been well for two minutes nothing is done but asking.",
    watch: watchWell,
  },
  {
    name: "hold-is-bounded",
    sentence: "A recovery keeps smsd down no longer than its rungs need, when nothing else goes wrong.",
    watch: watchHold,
  },
];

function watchWell() {
  let since: number | undefined;
  return ({ world, decision }: Pass): string | undefined => {
    if (notWell(world).length > 0 || world.nuisances.size > 0 || world.operator || world.lockHolder) {
      since = undefined;
      return undefined;
    }
    since ??= world.now;
    const done = decision.steps.find(({ step }) => step.do !== "probe");
    const calm = world.now - Math.max(since, world.lastFaultAt, world.spoiledAt);
    return done && calm > SETTLED_MS ? `${done.step.do} (${done.reason.code}) though all is well` : undefined;
  };
}

function watchHold() {
  let since: number | undefined;
  return ({ world, decision }: Pass): string | undefined => {
    const { stoppedForRecovery } = decision.memory.smsd;
    const hindered = world.operator || world.lockHolder || world.flag || diskIsFull(world) || everyPinRefused(world);
    if (world.smsd.run || stoppedForRecovery === undefined || hindered) {
      since = undefined;
      return undefined;
    }
    since ??= world.now;
    const calmSince = Math.max(since, world.lastFaultAt, world.spoiledAt, world.agent.startedAt);
    const held = world.now - calmSince;
    return held > longestHold(world) * 1000 ? `smsd is held for ${stoppedForRecovery} for ${held / 1000} s` : undefined;
  };
}

function longestHold({ inventory }: World): number {
  const boot = Math.max(...inventory.modems.map(({ model }) => model.bootSeconds));
  return (inventory.watchdog.rungs.length + 1) * (2 * boot + AROUND_RUNG_SECONDS) * inventory.modems.length;
}
