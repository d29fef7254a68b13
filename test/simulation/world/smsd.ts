import { linkPath, rolesOf } from "../../../provision/desired/links.ts";
import { linesOf, saidBy } from "./log.ts";
import { terminalOf } from "./shown.ts";
import { type Condition, type Handler, hint, hintByPulse, type ModemState, plan, type World } from "./state.ts";

/** The guard's limits (`templates/usr/local/lib/modemkeeper`). */
const LEAST_BYTES = 16 * 1024 * 1024;
const LEAST_FILES = 100;
/** From a modem's readiness until a waiting message is being sent. */
const SENDING_AFTER_MS = 3_000;

/** Why smsd may not start, as the guard says it; undefined if it may. */
export function guardRefusal(world: World): string | undefined {
  const held = heldModems(world);
  if (held.length > 0 && held.length === world.inventory.modems.length) return "the PIN of every modem was refused";
  if (world.smsd.run) return "smsd is running already";
  if (diskIsFull(world)) return "the filesystem of the spool is full";
  return undefined;
}

export function diskIsFull({ disk }: World): boolean {
  return disk.bytes < LEAST_BYTES || disk.files < LEAST_FILES;
}

/** Modems whose configured PIN is the one that was refused. */
export function heldModems(world: World): readonly string[] {
  const pins = world.pinsInForce;
  return world.inventory.modems
    .map(({ name }) => name)
    .filter((name) => pins[name] !== undefined && world.smsd.refused.get(name) === pins[name]);
}

/** systemd starts the unit. Returns the guard's refusal. */
export function startUnit(world: World): string | undefined {
  if (world.smsd.run && !world.smsd.run.stray) return undefined;
  const refusal = guardRefusal(world);
  if (refusal) {
    world.smsd.unit = "failed";
    repeatRefusals(world);
    hintByPulse(world);
    return refusal;
  }
  world.smsd.suspendedByOthers = [...heldModems(world)];
  startProcess(world, false);
  world.smsd.unit = "active";
  return undefined;
}

/** The guard says in the log whose PIN it does not let be tried again. */
function repeatRefusals(world: World): void {
  const text = "Modem did not accept this PIN (at an earlier start)";
  for (const name of heldModems(world)) {
    const handler = world.smsd.handlers.get(name);
    if (handler) handler.said = { ...handler.said, pinRefused: { at: world.now, text } };
  }
}

/** smsd begins to run, however it was started. */
export function startProcess(world: World, stray: boolean): void {
  const { smsd } = world;
  world.pids += 1;
  const previousAt = smsd.startedAt;
  smsd.startedAt = world.now;
  smsd.run = { pid: world.pids, startedAt: world.now, previousAt, stray, doomed: world.unmovable !== undefined };
  smsd.downSince = undefined;
  smsd.started = true;
  smsd.fatal = [];
  smsd.inFlight = {};
  smsd.handlers = new Map(
    world.inventory.modems.map(({ name }) => [
      name,
      { condition: "starting", since: world.now, said: { ioErrors: [] } },
    ]),
  );
  world.say(stray ? "smsd runs (nobody's unit)" : "smsd runs");
  for (const modem of world.modems) if (modem.hang?.way === "stuck") modem.hang = undefined;
  refresh(world);
  if (smsd.run.doomed) plan(world, 4_000, () => endDoomed(world));
  hintByPulse(world);
}

function endDoomed(world: World): void {
  if (!world.smsd.run?.doomed) return;
  world.smsd.fatal = [`Fatal error: Cannot move ${world.unmovable ?? "a message"}. Check file and dir permissions.`];
  stopProcess(world, "exited");
}

/** smsd is gone; what its log said stays. */
export function stopProcess(world: World, way: "stopped" | "killed" | "exited"): void {
  const { smsd } = world;
  if (!smsd.run) return;
  world.say(`smsd is gone (${way})`);
  smsd.run = undefined;
  smsd.downSince = world.now;
  smsd.unit = way === "killed" ? "failed" : "inactive";
  for (const modem of world.modems) {
    const handler = smsd.handlers.get(modem.entry.name);
    if (handler) enter(world, modem, handler, "stopped");
  }
  if (way === "stopped") smsd.inFlight = {};
  smsd.started = way === "killed";
  smsd.suspended = {};
  smsd.suspendedByOthers = [];
  hintByPulse(world);
}

/** Each handler's condition follows from the world; to be called after whatever changes it. */
export function refresh(world: World): void {
  if (!world.smsd.run) return;
  for (const modem of world.modems) {
    const handler = world.smsd.handlers.get(modem.entry.name);
    if (!handler) continue;
    const condition = conditionOf(world, modem, handler);
    if (condition !== handler.condition) enter(world, modem, handler, condition);
    if (condition === "talking") talk(world, modem, handler);
  }
}

function enter(world: World, modem: ModemState, handler: Handler, condition: Condition): void {
  if (handler.condition === "ended" && condition !== "stopped") return;
  const before = saidBy(handler, world.now);
  const { suspendedAt: _over, ...resumed } = before;
  handler.said = condition === "stopped" || condition === "ended" ? before : resumed;
  handler.condition = condition;
  handler.since = world.now;
  // What was being sent goes back into the queue, unless its process was killed.
  if (condition !== "silent" && condition !== "io" && condition !== "stopped")
    delete world.smsd.inFlight[modem.entry.name];
  const lines = linesOf(condition);
  if (lines) planLines(world, handler, lines.after, lines.every);
}

/** The log calls the agent, as long as the condition lasts. */
function planLines(world: World, handler: Handler, after: number, every: number | undefined): void {
  const { condition, since } = handler;
  plan(world, after, () => {
    if (handler.condition !== condition || handler.since !== since) return;
    hintByPulse(world);
    if (every !== undefined) planLines(world, handler, every, every);
  });
}

function conditionOf(world: World, modem: ModemState, handler: Handler): Condition {
  if (handler.condition === "ended") return "ended";
  if (modem.hang?.way === "stuck") return "frozen";
  const { name } = modem.entry;
  const { suspended, suspendedByOthers } = world.smsd;
  const isSuspended = (who: string) => suspended[who] !== undefined || suspendedByOthers.includes(who);
  if (isSuspended(name) || isSuspended("ALL")) return "suspended";
  if (!modem.device || !atPathWorks(modem)) return "closed";
  if (modem.hang?.way === "io") return "io";
  if (modem.hang || world.now < modem.device.answersAt) return "silent";
  return modem.sim === "out" ? "sim" : "talking";
}

/** smsd opens the link, and the link must lead to the terminal. */
function atPathWorks(modem: ModemState): boolean {
  if (!rolesOf(modem.entry, modem.composition).has("AT")) return false;
  const tty = terminalOf(modem, "AT");
  return tty !== undefined && modem.links.get(linkPath(modem.entry.name, "AT")) === tty;
}

/** What a modem that answers brings about: the PIN is given, a waiting message is sent. */
function talk(world: World, modem: ModemState, handler: Handler): void {
  if (modem.locked) givePin(world, modem, handler);
  const { since } = handler;
  if (!modem.poison || handler.condition !== "talking" || world.smsd.inFlight[modem.entry.name]) return;
  if (since !== world.now) return;
  plan(world, SENDING_AFTER_MS, () => {
    if (handler.condition === "talking" && handler.since === since && world.smsd.run) sendPoison(world, modem);
  });
}

function givePin(world: World, modem: ModemState, handler: Handler): void {
  const { name } = modem.entry;
  const given = world.pinsInForce[name];
  if (given === modem.wantedPin) {
    modem.locked = false;
    modem.pinTries = 0;
    return;
  }
  modem.pinTries += 1;
  world.say(`${name} refuses its PIN (try ${modem.pinTries})`);
  if (given !== undefined) world.smsd.refused.set(name, given);
  const at = world.now;
  endHandler(world, modem, "Modem did not accept this PIN");
  handler.said = { ...handler.said, pinRefused: { at, text: "Modem did not accept this PIN" } };
}

/** smsd's process for one modem ends; the main process lives on. */
export function endHandler(world: World, modem: ModemState, text: string): void {
  const handler = world.smsd.handlers.get(modem.entry.name);
  if (!world.smsd.run || !handler || handler.condition === "ended") return;
  enter(world, modem, handler, "ended");
  handler.said = { ...handler.said, dead: { at: world.now, text } };
  hintByPulse(world);
}

function sendPoison(world: World, modem: ModemState): void {
  if (!modem.poison || modem.hang) return;
  world.say(`${modem.entry.name} hangs while it sends ${modem.poison.file}`);
  world.smsd.inFlight = { ...world.smsd.inFlight, [modem.entry.name]: modem.poison.file };
  modem.hang = { way: modem.poison.way, cure: modem.poison.cure, since: world.now };
  refresh(world);
  hint(world, 500);
}
