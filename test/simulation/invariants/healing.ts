import { diskIsFull } from "../world/smsd.ts";
import type { ModemState, World } from "../world/state.ts";
import { everyPinRefused, flagTruth } from "./truth.ts";
import type { Invariant, Pass } from "./types.ts";

/** smsd reports a silent modem after 117 s. */
const NOTICED_SECONDS = 130;
/** smsd around each rung: letting go, taking back, confirming. */
const AROUND_RUNG_SECONDS = 90;
/** With so many rungs in an hour the budget may make it wait. */
const MANY_RUNGS = 8;

export const HEALING_INVARIANTS: readonly Invariant[] = [
  {
    name: "hang-is-healed",
    sentence:
      "A modem that a rung of the ladder brings back is brought back within a bounded time, when nothing else goes wrong.",
    watch: watchHangs,
  },
];

function watchHangs() {
  let forbiddenUntil = Number.NEGATIVE_INFINITY;
  return (pass: Pass): string | undefined => {
    if (isForbidden(pass.world)) forbiddenUntil = pass.world.now;
    const late = pass.world.modems.find((modem) => isLate(pass, modem, forbiddenUntil));
    if (!late?.hang) return undefined;
    const hung = Math.round((pass.world.now - late.hang.since) / 1000);
    return `${late.entry.name} has been hung for ${hung} s, though ${late.hang.cure} would heal it`;
  };
}

function isLate({ world, decision }: Pass, modem: ModemState, forbiddenUntil: number): boolean {
  const memory = decision.memory.modems[modem.entry.name];
  if (!modem.hang || modem.poison || !memory?.everHealthy || memory.rungs.length >= MANY_RUNGS) return false;
  if (!isCurable(world, modem)) return false;
  const disturbed = [world.lastFaultAt, world.spoiledAt, modem.hang.since, world.agent.startedAt, forbiddenUntil];
  const calmSince = Math.max(...disturbed);
  return world.now - calmSince > longestHealing(world) * 1000;
}

/** Without its SIM a modem that answers on one port is not reset, and nothing mends what needs a hand. */
function isCurable(world: World, { hang, entry, atPortLost, sim }: ModemState): boolean {
  const { rungs } = world.inventory.watchdog;
  if (!hang || atPortLost || sim === "out" || !world.inventory.modems.some(({ name }) => name === entry.name))
    return false;
  // A frozen process is ended only by a restart, which healthy modems are spared.
  if (hang.way === "stuck") return rungs.includes("restart-smsd") && world.inventory.modems.length === 1;
  return rungs.some((rung) => rung === hang.cure);
}

/** A jump of the clock may hide that a flag has run out. */
function isForbidden(world: World): boolean {
  const flag = flagTruth(world);
  const waits = world.operator !== undefined || world.lockHolder !== undefined || world.spoils.length > 0;
  return flag === "in-force" || flag === "unclear" || diskIsFull(world) || everyPinRefused(world) || waits;
}

function longestHealing({ inventory }: World): number {
  const { modems, watchdog } = inventory;
  const boot = Math.max(...modems.map(({ model }) => model.bootSeconds));
  const ladder = (boot + AROUND_RUNG_SECONDS) * (watchdog.rungs.length + 1) * modems.length;
  const noticed = NOTICED_SECONDS + watchdog.interval * (watchdog.failuresBeforeRecovery + 1) + boot;
  return noticed + 2 * ladder + watchdog.longestBackoff;
}
