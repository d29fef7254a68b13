import type { Memory } from "../../../agent/model/memory.ts";
import type { History } from "../history/types.ts";
import { roomAgain, WALL_AT_BEGIN } from "./create.ts";
import { appear, cure, makeLinks } from "./devices.ts";
import { editInventory, fitPin, isPinRight } from "./edits.ts";
import { jumpClock, startAgent } from "./machine.ts";
import { beginCommand, removeFlag } from "./people.ts";
import { refresh } from "./smsd.ts";
import { hintByPulse, type ModemState, plan, type World } from "./state.ts";

const HOUR_MS = 3_600_000;
const PERSON_MS = 5_000;
const PERSON_LOOKS_AGAIN_MS = 120_000;

/**
 * Everything that a person or the world has to put right is put right, as a person would: modems are plugged in again,
 * SIMs and PINs corrected, files tidied. What smsd and the agent have to do is left to them.
 */
export function healAll(world: World, history: History, memory: () => Memory): void {
  world.say("all faults are healed");
  world.lastFaultAt = world.now;
  world.spoils.length = 0;
  world.doom = undefined;
  world.operator = undefined;
  world.waitingCommands.length = 0;
  world.lockHolder = undefined;
  world.nuisances.clear();
  roomAgain(world);
  correctClock(world);
  for (const modem of world.modems) healModem(world, modem, memory().modems[modem.entry.name]?.everHealthy === true);
  const { inventory } = world;
  if (world.configuration.state !== "converged" || inventory.modems.length < world.modems.length) {
    editInventory(world, "back");
  }
  if (history.flagAtEnd === "removed" || !mayRunOut(world)) removeFlag(world);
  if (!world.agent.alive) startAgent(world);
  followAdvice(world, memory());
  plan(world, PERSON_LOOKS_AGAIN_MS, () => followAdvice(world, memory()));
  refresh(world);
  hintByPulse(world);
}

/** What the finding says to do, once the PIN is corrected: `provision apply`. */
function followAdvice(world: World, { modems }: Memory): void {
  const refused = world.modems.find(({ entry }) => modems[entry.name]?.refusedPin !== undefined);
  if (refused && world.machineUp) beginCommand(world, "apply", refused, PERSON_MS);
}

/** The network tells the time. */
function correctClock(world: World): void {
  if (world.wallOffset !== WALL_AT_BEGIN) jumpClock(world, WALL_AT_BEGIN - world.wallOffset);
}

function healModem(world: World, modem: ModemState, everHealthy: boolean): void {
  modem.sim = "in";
  modem.registered = true;
  modem.udev = "works";
  if (!isPinRight(world, modem)) fitPin(world, modem, "right");
  modem.plugged = true;
  if (modem.poison?.cure === "replug") modem.poison = undefined;
  if (!everHealthy || !agentHeals(world, modem)) cure(world, modem, "replug");
  if (!modem.device) appear(world, modem);
  else if (modem.links.size === 0 && modem.device.firstTerminal !== undefined) makeLinks(modem);
}

/** What a rung of the ladder cures is left to the agent; one that never worked it leaves alone. */
function agentHeals(world: World, { hang, atPortLost }: ModemState): boolean {
  const { rungs } = world.inventory.watchdog;
  const needed = [hang, atPortLost].flatMap((fault) => fault?.cure ?? []);
  const reaches = needed.every((by) => rungs.some((rung) => rung === by));
  return reaches && !(hang?.way === "stuck" && (world.modems.length > 1 || atPortLost));
}

/** A link, a folder, a stranger's file, one from next year stay for ever unless a person tidies up. */
function mayRunOut({ flag, now, wallOffset }: World): boolean {
  if (flag?.flag.kind !== "file" || flag.flag.owner === "mallory") return false;
  return flag.flag.modifiedAt <= wallOffset + now + HOUR_MS;
}
