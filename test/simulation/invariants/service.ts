import { diskIsFull } from "../world/smsd.ts";
import type { World } from "../world/state.ts";
import { everyPinRefused, flagTruth, isHealthy, startsOf } from "./truth.ts";
import type { Invariant, Pass } from "./types.ts";

const LEFTOVER_LIMIT_MS = 2_000;
const START_LIMIT_MS = 5_000;
const TEN_MINUTES_MS = 600_000;
/** A doubled pause from one second on allows ten; a few more are for reasons of their own. */
const STARTS_IN_TEN_MINUTES = 15;

export const SERVICE_INVARIANTS: readonly Invariant[] = [
  {
    name: "no-start-under-flag",
    sentence: "smsd is never started or restarted while a person's manual stop is in force.",
    watch: () => (pass) => {
      const [start] = startsOf(pass);
      return start && flagTruth(pass.world) === "in-force" ? `${start} under a flag in force` : undefined;
    },
  },
  {
    name: "no-start-with-refused-pins",
    sentence: "smsd is never started while every modem has refused the PIN that it would be given.",
    watch: () => (pass) => {
      const [start] = startsOf(pass);
      return start && everyPinRefused(pass.world) ? `${start} although every PIN was refused` : undefined;
    },
  },
  {
    name: "no-start-on-full-disk",
    sentence: "smsd is never started on a full disk.",
    watch: () => (pass) => {
      const [start] = startsOf(pass);
      return start && diskIsFull(pass.world) ? `${start} on a full disk` : undefined;
    },
  },
  {
    name: "leftover-flag-cleared",
    sentence: "A flag that was left behind is gone within two seconds of smsd's running.",
    watch: watchLeftover,
  },
  {
    name: "smsd-is-started",
    sentence: "smsd is down no longer than five seconds, or the announced pause, when nothing forbids it to run.",
    watch: watchDown,
  },
  {
    name: "starts-are-paced",
    sentence: `smsd is not started more than ${STARTS_IN_TEN_MINUTES} times in ten minutes.`,
    watch: watchPace,
  },
  {
    name: "pause-is-bounded",
    sentence: "No pause before the next start or recovery is longer than the inventory allows.",
    watch: () => pauseTooLong,
  },
  {
    name: "healthy-sibling-uninterrupted",
    sentence:
      "smsd is not stopped for a sick modem while another one works, unless smsd's process for the sick one has ended.",
    watch: watchSiblings,
  },
];

/** Something else is going on that a pass must wait for; a step that failed waits longer each time. */
function isHindered({ world, seen, decision, now }: Pass, subjects: readonly string[]): boolean {
  const pauses = Object.values(decision.memory.smsd.pauses ?? {});
  return (
    pauses.some(({ until }) => until > now.monotonic - LEFTOVER_LIMIT_MS) ||
    world.operator !== undefined ||
    seen.running.some(({ subject }) => subjects.includes(subject)) ||
    world.now - world.agent.startedAt < LEFTOVER_LIMIT_MS ||
    world.now - world.spoiledAt < 2 * START_LIMIT_MS ||
    world.spoils.length > 0
  );
}

function watchLeftover() {
  let since: number | undefined;
  return (pass: Pass): string | undefined => {
    const { world } = pass;
    if (flagTruth(world) !== "leftover" || isHindered(pass, ["host"])) {
      since = undefined;
      return undefined;
    }
    since ??= Math.max(world.smsd.run?.startedAt ?? 0, world.flag?.writtenAt ?? 0, hinderedUntil(world, since));
    const lasted = world.now - since;
    return lasted > LEFTOVER_LIMIT_MS ? `a leftover flag is ${lasted / 1000} s old beside a running smsd` : undefined;
  };
}

/** A hindrance may have ended at any time up to now: what came before does not count. */
function hinderedUntil(world: World, since: number | undefined): number {
  return since ?? world.now;
}

/** Whether something forbids smsd to run now, in truth. */
function isForbidden(pass: Pass): boolean {
  const { world, decision } = pass;
  const flag = flagTruth(world);
  return (
    flag === "in-force" ||
    flag === "unclear" ||
    everyPinRefused(world) ||
    diskIsFull(world) ||
    isHindered(pass, ["smsd", "host"]) ||
    decision.memory.smsd.stoppedForRecovery !== undefined
  );
}

function watchDown() {
  let since: number | undefined;
  return (pass: Pass): string | undefined => {
    const { world, decision } = pass;
    const acts = decision.steps.some(({ subject }) => subject === "smsd");
    if (world.smsd.run || acts || isForbidden(pass)) {
      since = undefined;
      return undefined;
    }
    since ??= world.now;
    const { notBefore } = decision.memory.smsd;
    const from = Math.max(since, notBefore + world.bootedAt);
    const late = world.now - from;
    return late > START_LIMIT_MS ? `nothing forbids it, and smsd has not been started for ${late / 1000} s` : undefined;
  };
}

function watchPace() {
  let starts: number[] = [];
  return (pass: Pass): string | undefined => {
    if (startsOf(pass).length === 0) return undefined;
    const { now } = pass.world;
    starts = [...starts.filter((at) => at > now - TEN_MINUTES_MS), now];
    return starts.length > STARTS_IN_TEN_MINUTES ? `${starts.length} starts in ten minutes` : undefined;
  };
}

function pauseTooLong({ world, decision, now }: Pass): string | undefined {
  const longest = world.inventory.watchdog.longestBackoff * 1000;
  const pauses = [decision.memory.smsd.notBefore, ...Object.values(decision.memory.modems).map((one) => one.notBefore)];
  const over = pauses.find((until) => until - now.monotonic > longest + 1);
  return over === undefined ? undefined : `a pause of ${(over - now.monotonic) / 1000} s`;
}

/** Restarting once for a modem that does not come back after a reconnection is allowed, and so is what a person ordered. */
function watchSiblings() {
  const talkedAs = new Map<string, number>();
  const restartedFor = new Set<string>();
  return (pass: Pass): string | undefined => {
    const { world, decision } = pass;
    for (const modem of world.modems) {
      if (modem.device && isHealthy(world, modem)) talkedAs.set(modem.entry.name, modem.device.number);
    }
    const issued = decision.steps.find(({ step }) => step.do === "stop-smsd" || step.do === "restart-smsd");
    if (!issued || world.inventory.modems.length < 2) return undefined;
    const healthy = world.modems.find((modem) => isHealthy(world, modem));
    const dead = world.modems.some(({ entry }) => world.smsd.handlers.get(entry.name)?.condition === "ended");
    if (!healthy || dead) return undefined;
    const newcomer = world.modems.find(({ entry, device }) => {
      const fresh = device !== undefined && talkedAs.get(entry.name) !== device.number;
      return fresh && !restartedFor.has(`${entry.name} ${device.number}`);
    });
    if (newcomer?.device) {
      restartedFor.add(`${newcomer.entry.name} ${newcomer.device.number}`);
      return undefined;
    }
    return `${issued.step.do} (${issued.reason.code}: ${issued.reason.sentence}) while ${healthy.entry.name} works`;
  };
}
