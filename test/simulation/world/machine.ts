import { appear, leave } from "./devices.ts";
import { startUnit, stopProcess } from "./smsd.ts";
import { hint, plan, type World } from "./state.ts";

/** How the machine goes down and comes up. */
export interface Reboot {
  /** Milliseconds. */
  readonly lasts: number;
  /** `lost`: a board without a clock battery wakes up in the past. */
  readonly clock: "kept" | "lost";
  readonly tmp: "kept" | "wiped";
}

const LOST_CLOCK_MS = 40 * 24 * 3_600_000;
/** From the start of a process until its first pass. */
const AGENT_STARTS_MS = 400;

/** Everything ends; after a while the kernel finds the modems, and systemd starts smsd and the agent. */
export function reboot(world: World, { lasts, clock, tmp }: Reboot): void {
  if (!world.machineUp) return;
  world.say("the machine goes down");
  endAgent(world, "lost");
  stopProcess(world, "stopped");
  world.machineUp = false;
  world.operator = undefined;
  world.lockHolder = undefined;
  world.waitingCommands.length = 0;
  for (const modem of world.modems) leave(world, modem);
  plan(world, lasts, () => boot(world, clock, tmp));
}

function boot(world: World, clock: Reboot["clock"], tmp: Reboot["tmp"]): void {
  world.say("the machine is up again");
  world.machineUp = true;
  world.bootedAt = world.now - 6_000;
  world.boots += 1;
  if (clock === "lost") jumpClock(world, -LOST_CLOCK_MS);
  if (tmp === "wiped") world.flag = undefined;
  for (const modem of world.modems) {
    modem.powered = true;
    appear(world, modem);
  }
  startUnit(world);
  startAgent(world);
}

export function jumpClock(world: World, by: number): void {
  world.wallOffset += by;
  if (world.flag) world.flag.clockSteady = false;
}

/** The agent's process ends; `unseen`: its steps end without it, `lost`: they end with it. */
export function endAgent(world: World, steps: "lost" | "unseen"): void {
  world.agent.alive = false;
  for (const flight of world.flights.values()) flight.fate = steps;
  world.flights.clear();
  world.outcomes = [];
  world.waitingCommands.shift()?.();
}

export function startAgent(world: World): void {
  if (world.agent.alive || !world.machineUp) return;
  world.agent = { alive: true, startedAt: world.now };
  world.hintAt = Number.POSITIVE_INFINITY;
  hint(world, AGENT_STARTS_MS);
}
