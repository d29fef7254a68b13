import { inventoryOf, portOf } from "../history/inventories.ts";
import type { History } from "../history/types.ts";
import { Draws } from "../random.ts";
import { Agenda } from "./agenda.ts";
import { appear } from "./devices.ts";
import { startUnit } from "./smsd.ts";
import type { ModemState, World } from "./state.ts";

/** Friday, 10 January 2025, 12:00 UTC. */
export const WALL_AT_BEGIN = 1_736_510_400_000;
const PLENTY = { bytes: 8_000_000_000, files: 1_000_000 };

/** The machine at the beginning of a history: all is well, or it has just booted. */
export function createWorld(history: History, say: (at: number, line: string) => void): World {
  const world = emptyWorld(history, say);
  const { inventory } = world;
  for (const [index, entry] of inventory.modems.entries()) world.modems.push(modemState(entry, index));
  if (history.setup.begins === "running") beginRunning(world);
  else beginFresh(world);
  return world;
}

function emptyWorld(history: History, say: (at: number, line: string) => void): World {
  const inventory = inventoryOf(history.setup);
  const withPin = inventory.modems.filter(({ pin }) => pin !== undefined);
  const pins = Object.fromEntries(withPin.map(({ name }) => [name, firstPin(name)]));
  const world: World = {
    draws: new Draws(history.seed),
    setup: history.setup,
    agenda: new Agenda(),
    say: (line) => say(world.now, line),
    now: 0,
    bootedAt: -600_000,
    boots: 1,
    wallOffset: WALL_AT_BEGIN,
    inventory,
    modems: [],
    smsd: {
      unit: "inactive",
      run: undefined,
      downSince: 0,
      startedAt: Number.NEGATIVE_INFINITY,
      handlers: new Map(),
      started: false,
      fatal: [],
      suspended: {},
      suspendedByOthers: [],
      inFlight: {},
      refused: new Map(),
    },
    flag: undefined,
    disk: { ...PLENTY },
    configuration: {
      state: "converged",
      digest: "inventory-0",
      details: [],
      restartsSmsd: false,
      pins,
    },
    edits: 0,
    pinsInForce: pins,
    unmovable: undefined,
    operator: undefined,
    waitingCommands: [],
    lockHolder: undefined,
    nuisances: new Set(),
    spoils: [],
    spoiledAt: Number.NEGATIVE_INFINITY,
    flights: new Map(),
    outcomes: [],
    agent: { alive: true, startedAt: 0 },
    doom: undefined,
    machineUp: true,
    hintAt: Number.POSITIVE_INFINITY,
    lastFaultAt: Number.NEGATIVE_INFINITY,
    pids: 1000,
    devices: 3,
    terminals: 0,
  };
  return world;
}

function firstPin(name: string): string {
  return `pin-of-${name}-0`;
}

function modemState(entry: World["inventory"]["modems"][number], index: number): ModemState {
  const [composition] = entry.model.compositions;
  if (!composition) throw new Error(`${entry.model.name} has no composition`);
  return {
    index,
    entry,
    composition,
    port: entry.match.port ?? portOf(index),
    plugged: true,
    powered: true,
    device: undefined,
    epoch: 0,
    hang: undefined,
    atPortLost: undefined,
    udev: "works",
    links: new Map(),
    sim: "in",
    locked: false,
    wantedPin: entry.pin && firstPin(entry.name),
    pinTries: 0,
    registered: true,
    poison: undefined,
    lastResetAt: Number.NEGATIVE_INFINITY,
  };
}

/** Ten minutes after boot, with modems that answer. */
function beginRunning(world: World): void {
  world.now = -300_000;
  for (const modem of world.modems) appear(world, modem);
  while (world.agenda.next <= -100_000) happenNext(world);
  startUnit(world);
  while (world.agenda.next <= 0) happenNext(world);
  world.now = 0;
  world.hintAt = 0;
}

/** The kernel has just found the modems, and systemd has started smsd and the agent. */
function beginFresh(world: World): void {
  world.bootedAt = -8_000;
  for (const modem of world.modems) appear(world, modem);
  startUnit(world);
  world.hintAt = 0;
}

/** Lets the next thing on the agenda happen. */
export function happenNext(world: World): void {
  const entry = world.agenda.take();
  if (!entry) return;
  world.now = entry.at;
  entry.happen();
}

export function roomAgain(world: World): void {
  world.disk = { ...PLENTY };
}
