import type { StepKind } from "../../../agent/model/step.ts";
import { termsOf } from "../../../core/manual-stop.ts";
import { wallOf } from "../world/clocks.ts";
import { heldModems } from "../world/smsd.ts";
import type { ModemState, World } from "../world/state.ts";
import type { Pass } from "./types.ts";

/*
 * What is really so, judged from the world and not from what the agent concluded.
 * Where a jump of the clock makes a flag's age a matter of opinion, nothing is claimed.
 */

const STARTS: ReadonlySet<StepKind> = new Set<StepKind>(["start-smsd", "restart-smsd", "adopt-smsd"]);
const RESETS: ReadonlySet<StepKind> = new Set<StepKind>([
  "at-reset",
  "usb-reset",
  "usb-authorize",
  "usb-power",
  "host-reboot",
]);
/** Two programs' clocks, and the moment between a look and a step. */
const SLACK_MS = 5_000;
const TELLS_APART_MS = 3_000;
const ASKED_LONG_ENOUGH_MS = 20_000;

export type FlagTruth =
  /** A person means it: smsd stays down. */
  | "in-force"
  /** smsd was started after it was written: somebody forgot it. */
  | "leftover"
  /** Nothing that can count, or it has run out. */
  | "void"
  /** The clock has jumped since, or it is about to run out. */
  | "unclear";

export function flagTruth(world: World): FlagTruth {
  const { flag, smsd } = world;
  if (!flag) return "void";
  const { owner, kind, modifiedAt } = flag.flag;
  const listed = owner === "root" || world.inventory.manualStop.trustedUsers.includes(owner);
  if (kind !== "file" || !listed) return "void";
  if (!flag.clockSteady) return "unclear";
  if (modifiedAt > wallOf(world, flag.writtenAt) + SLACK_MS) return "void";
  // A process's start is known to a second or two: lives that follow each other so closely look like one.
  if (smsd.run && smsd.run.startedAt - smsd.run.previousAt < TELLS_APART_MS) return "unclear";
  if (smsd.run && smsd.run.startedAt > flag.writtenAt) return "leftover";
  if (smsd.run && smsd.run.startedAt > flag.writtenAt - SLACK_MS) return "unclear";
  const left = flag.writtenAt + termsOf(flag.flag, world.inventory.manualStop).lasts - world.now;
  if (Math.abs(left) < SLACK_MS) return "unclear";
  return left > 0 ? "in-force" : "void";
}

export function everyPinRefused(world: World): boolean {
  const { modems } = world.inventory;
  return modems.length > 0 && heldModems(world).length === modems.length;
}

/** Steps of this pass that start smsd. */
export function startsOf({ decision }: Pass): readonly StepKind[] {
  return decision.steps.map(({ step }) => step.do).filter((kind) => STARTS.has(kind));
}

/** Steps of this pass that reset a modem, with the modem. */
export function resetsOf({ decision, world }: Pass): readonly (readonly [StepKind, ModemState])[] {
  return decision.steps.flatMap(({ step }) => {
    if (!RESETS.has(step.do) || !("modem" in step)) return [];
    const modem = world.modems.find(({ entry }) => entry.name === step.modem);
    return modem ? [[step.do, modem] as const] : [];
  });
}

/** smsd talks to it, and has for a while. */
export function isHealthy(world: World, modem: ModemState): boolean {
  const handler = world.smsd.handlers.get(modem.entry.name);
  return handler?.condition === "talking" && world.now - handler.since > SLACK_MS;
}

/** smsd has nothing to do with the modem now, or has been asked long enough to let go: one that hangs with it never will. */
export function isLetGo({ world, decision }: Pass, name: string): boolean {
  const { run, suspended, suspendedByOthers, handlers } = world.smsd;
  if (!run) return true;
  if ([name, "ALL"].some((who) => suspended[who] !== undefined || suspendedByOthers.includes(who))) return true;
  const handler = handlers.get(name);
  if (!handler || handler.condition === "ended") return true;
  const recovery = decision.memory.modems[name]?.recovery;
  return recovery !== undefined && world.now - world.bootedAt - recovery.since >= ASKED_LONG_ENOUGH_MS;
}
