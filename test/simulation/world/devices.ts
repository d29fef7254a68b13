import { linkPath, rolesOf } from "../../../provision/desired/links.ts";
import { interfaceFor } from "../../../provision/models/match.ts";
import { attachedOf } from "./shown.ts";
import { refresh } from "./smsd.ts";
import { hint, type ModemState, plan, type World } from "./state.ts";

/** The kernel makes the terminals, udev the links a moment later. */
const UDEV_MS = 250;

/** A modem comes onto the bus: another device number, other terminals, and it answers only when it has booted. */
export function appear(world: World, modem: ModemState): void {
  if (!modem.plugged || !modem.powered || modem.device || !world.machineUp) return;
  const boot = modem.entry.model.bootSeconds * 1000;
  const share = 0.1 + 0.8 * world.draws.of(`boot ${modem.index}`).next();
  world.devices += 1;
  modem.device = {
    sysName: `1-2.${modem.index + 1}`,
    number: world.devices,
    appearedAt: world.now,
    answersAt: world.now + Math.round(boot * share),
    firstTerminal: undefined,
    authorized: true,
    shown: undefined,
  };
  modem.locked = modem.entry.pin !== undefined;
  world.say(`${modem.entry.name} appears on the bus, and answers in ${Math.round((boot * share) / 1000)} s`);
  makeTerminals(world, modem);
  plan(world, modem.device.answersAt - world.now, () => refresh(world));
  hint(world, 150);
}

export function leave(world: World, modem: ModemState): void {
  modem.epoch += 1;
  if (!modem.device) return;
  world.say(`${modem.entry.name} leaves the bus`);
  modem.device = undefined;
  letGo(modem);
  hint(world, 150);
  refresh(world);
}

/** Gone for `away` milliseconds, as when it restarts. */
export function restartModem(world: World, modem: ModemState, away: number): void {
  leave(world, modem);
  const { epoch } = modem;
  plan(world, away, () => {
    if (modem.epoch === epoch) appear(world, modem);
  });
}

/** Its terminals vanish, as when the driver lets go; the device stays. */
export function dropTerminals(world: World, modem: ModemState): void {
  if (!modem.device) return;
  modem.device.firstTerminal = undefined;
  modem.device.shown = undefined;
  letGo(modem);
  refresh(world);
}

/** Who waits on a terminal that goes away is woken by its hang-up. */
function letGo(modem: ModemState): void {
  modem.links.clear();
  if (modem.hang?.way === "stuck") modem.hang = undefined;
}

export function makeTerminals(world: World, modem: ModemState): void {
  const { device } = modem;
  if (!device) return;
  world.terminals = (world.terminals + 5) % 200;
  device.firstTerminal = world.terminals;
  device.shown = undefined;
  const { epoch } = modem;
  plan(world, UDEV_MS, () => {
    if (modem.epoch === epoch && modem.udev === "works") makeLinks(modem);
    refresh(world);
    hint(world, 150);
  });
  refresh(world);
}

/** udev's links to the terminals that are there. */
export function makeLinks(modem: ModemState): void {
  modem.links.clear();
  if (!modem.device) return;
  const shown = attachedOf(modem, modem.device);
  for (const [role, selector] of rolesOf(modem.entry, modem.composition)) {
    const tty = interfaceFor(shown, selector)?.tty;
    if (tty) modem.links.set(linkPath(modem.entry.name, role), tty);
  }
}

/** The cure has reached the modem: a hang that it heals is over. */
export function cure(world: World, modem: ModemState, by: string): void {
  const heals = (cures: string) => cures === by || by === "replug" || by === "usb-power";
  if (modem.hang && heals(modem.hang.cure)) {
    world.say(`${modem.entry.name} is no longer hung (${by})`);
    modem.hang = undefined;
  }
  if (modem.atPortLost && heals(modem.atPortLost.cure)) modem.atPortLost = undefined;
  if (modem.device) modem.device.shown = undefined;
  refresh(world);
}

/** The AT port goes; its siblings stay. */
export function loseAtPort(world: World, modem: ModemState, lost: NonNullable<ModemState["atPortLost"]>): void {
  if (!modem.device) return;
  modem.atPortLost = lost;
  modem.device.shown = undefined;
  for (const [path] of modem.links) if (path.endsWith("_AT")) modem.links.delete(path);
  hint(world, 150);
  refresh(world);
}
