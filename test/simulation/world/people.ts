import type { StopFlag } from "../../../core/manual-stop.ts";
import { TRUSTED } from "../history/inventories.ts";
import type { Command, FlagAuthor, FlagText } from "../history/types.ts";
import { wallOf } from "./clocks.ts";
import { restartModem } from "./devices.ts";
import { applyInventory } from "./edits.ts";
import { personsProcess } from "./observe.ts";
import { startUnit, stopProcess } from "./smsd.ts";
import { hintByPulse, type ModemState, plan, type World } from "./state.ts";

/** What people do by hand, by old scripts, and by `modemkeeper` commands. */

const HOUR_MS = 3_600_000;

export function setFlag(world: World, by: FlagAuthor, says: FlagText): void {
  const wall = wallOf(world, world.now);
  const flag: StopFlag = {
    kind: by === "link" || by === "directory" ? by : "file",
    owner: by === "foreign" ? "mallory" : by === "trusted" ? TRUSTED : "root",
    modifiedAt: by === "future" ? wall + HOUR_MS : wall,
    content: by === "link" || by === "directory" ? "" : contentOf(says, wall),
  };
  world.flag = { flag, writtenAt: world.now, clockSteady: true };
  hintByPulse(world);
}

function contentOf(says: FlagText, wall: number): string {
  if (says === "nothing") return "";
  if (says === "text") return "stopped for debugging\n";
  return `expire:${Math.floor(wall / 1000) + says.expiresIn}\nstopped for a while\n`;
}

export function removeFlag(world: World): void {
  world.flag = undefined;
  hintByPulse(world);
}

/** A person who knows nothing of flags. */
export function systemctl(world: World, verb: "start" | "stop" | "restart"): void {
  if (verb !== "start") stopProcess(world, "stopped");
  if (verb !== "stop") startUnit(world);
}

/** A command waits until the agent's steps have ended; while it works, the agent begins nothing. */
export function beginCommand(world: World, what: Command, modem: ModemState | undefined, lasts: number): void {
  const begin = () => carryOut(world, what, modem, lasts);
  if (world.flights.size > 0 || world.operator) world.waitingCommands.push(begin);
  else begin();
}

function carryOut(world: World, what: Command, modem: ModemState | undefined, lasts: number): void {
  if (!world.machineUp) return;
  world.say(`modemkeeper ${what} begins`);
  const holder = personsProcess(world, "modemkeeper");
  world.operator = holder;
  effect(world, what, modem);
  plan(world, lasts, () => {
    if (world.operator !== holder) return;
    world.operator = undefined;
    world.say(`modemkeeper ${what} ends`);
    hintByPulse(world);
    if (world.flights.size === 0) world.waitingCommands.shift()?.();
  });
}

function effect(world: World, what: Command, modem: ModemState | undefined): void {
  if (what === "smsd-stop") {
    setFlag(world, "root", { expiresIn: 3_600 });
    stopProcess(world, "stopped");
  }
  if (what === "smsd-start" || what === "smsd-restart") {
    removeFlag(world);
    systemctl(world, what === "smsd-start" ? "start" : "restart");
  }
  if (what === "reset" && modem?.device) restartModem(world, modem, 5_000);
  if (what === "apply" && applyInventory(world) && world.smsd.run) systemctl(world, "restart");
}
