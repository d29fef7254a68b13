import type { Fault } from "../history/types.ts";
import { roomAgain } from "./create.ts";
import { appear, cure, leave, loseAtPort } from "./devices.ts";
import { editInventory, fitPin } from "./edits.ts";
import { endAgent, jumpClock, reboot, startAgent } from "./machine.ts";
import { personsProcess } from "./observe.ts";
import { beginCommand, removeFlag, setFlag, systemctl } from "./people.ts";
import { endHandler, refresh, startProcess, stopProcess } from "./smsd.ts";
import { hint, hintByPulse, type ModemState, plan, type World } from "./state.ts";

type FaultKind = Fault["do"];
type FaultOf<K extends FaultKind> = Extract<Fault, { readonly do: K }>;
type Happening<K extends FaultKind> = (world: World, fault: FaultOf<K>) => void;

/** What each fault does to the world; what no longer makes sense (a plug that is in already) does nothing. */
const FAULTS: { readonly [K in FaultKind]: Happening<K> } = {
  "crash-smsd": (world, { way }) => stopProcess(world, way),
  "end-handler": (world, { modem }) =>
    endHandler(world, modemAt(world, modem), "Modem handler 0 terminated while mainprocess is still running"),
  hang: (world, { modem, way, cure: by }) => hang(world, modemAt(world, modem), { way, cure: by, since: world.now }),
  unplug: (world, { modem }) => unplug(world, modemAt(world, modem)),
  plug: (world, { modem }) => plug(world, modemAt(world, modem)),
  "lose-at-port": (world, { modem, what, cure: by }) => loseAtPort(world, modemAt(world, modem), { what, cure: by }),
  "lose-link": (world, { modem, udev }) => loseLinks(world, modemAt(world, modem), udev),
  flag: (world, { by, says, andThen }) => {
    setFlag(world, by, says);
    if (andThen === "kill-smsd") plan(world, 300, () => stopProcess(world, "killed"));
  },
  "remove-flag": removeFlag,
  systemctl: (world, { verb }) => systemctl(world, verb),
  "start-stray": (world) => {
    stopProcess(world, "killed");
    plan(world, 2_000, () => {
      if (!world.smsd.run && world.machineUp) startProcess(world, true);
    });
  },
  command: (world, { what, modem, lasts }) => beginCommand(world, what, modemAt(world, modem), lasts),
  jump: (world, { by }) => jumpClock(world, by),
  disk: (world, { room }) => {
    roomAgain(world);
    if (room === "no-bytes") world.disk.bytes = 1_000_000;
    if (room === "no-files") world.disk.files = 10;
  },
  pin: (world, { modem, is }) => fitPin(world, modemAt(world, modem), is),
  sim: (world, { modem, is }) => {
    modemAt(world, modem).sim = is;
    refresh(world);
  },
  network: (world, { modem, is }) => {
    modemAt(world, modem).registered = is === "back";
  },
  poison: (world, { modem, way }) => poison(world, modemAt(world, modem), way),
  unmovable: (world) => {
    world.unmovable = "/var/spool/sms/checked/unmovable";
    stopProcess(world, "exited");
    world.smsd.fatal = ["Fatal error: Cannot move a message. Check file and dir permissions."];
  },
  spoil: (world, { step, times, how }) => {
    world.spoils.push({ step, times, how });
  },
  "kill-agent": (world, { lasts, steps, during }) => {
    const kill = () => killAgent(world, lasts, steps);
    if (during === undefined) kill();
    else world.doom = { during, kill };
  },
  reboot: (world, how) => reboot(world, how),
  edit: (world, { how }) => editInventory(world, how),
  "access-lock": (world, { lasts }) => {
    const holder = personsProcess(world, "bash");
    world.lockHolder = holder;
    plan(world, lasts, () => {
      if (world.lockHolder === holder) world.lockHolder = undefined;
    });
  },
  nuisance: (world, { what, is }) => {
    if (is === "on") world.nuisances.add(what);
    else world.nuisances.delete(what);
  },
};

/** Lets a fault happen now. Nothing but a hand on a plug reaches a machine that is down. */
export function happen(world: World, fault: Fault): void {
  if (!world.machineUp && fault.do !== "plug" && fault.do !== "unplug") return;
  world.say(`* ${describeFault(world, fault)}`);
  world.lastFaultAt = world.now;
  const happening = FAULTS[fault.do] as Happening<FaultKind>;
  happening(world, fault);
  refresh(world);
}

function describeFault(world: World, fault: Fault): string {
  const { do: kind, ...rest } = fault;
  const shown = Object.entries(rest).map(([name, value]) => {
    const named = name === "modem" && typeof value === "number" ? modemAt(world, value).entry.name : value;
    return `${name}=${typeof named === "string" ? named : JSON.stringify(named)}`;
  });
  return [kind, ...shown].join(" ");
}

function modemAt(world: World, index: number): ModemState {
  const modem = world.modems[index % world.modems.length];
  if (!modem) throw new Error("a machine without a modem");
  return modem;
}

function hang(world: World, modem: ModemState, how: NonNullable<ModemState["hang"]>): void {
  if (!modem.device || modem.hang) return;
  if (how.way === "stuck" && !world.smsd.run) return;
  modem.hang = how;
  refresh(world);
}

function killAgent(world: World, lasts: number, steps: "lost" | "unseen"): void {
  if (!world.agent.alive) return;
  world.say("the agent is killed");
  world.lastFaultAt = world.now;
  endAgent(world, steps);
  plan(world, lasts, () => startAgent(world));
}

function unplug(world: World, modem: ModemState): void {
  modem.plugged = false;
  leave(world, modem);
  cure(world, modem, "replug");
}

function plug(world: World, modem: ModemState): void {
  modem.plugged = true;
  appear(world, modem);
}

function loseLinks(world: World, modem: ModemState, udev: "works" | "deaf"): void {
  modem.udev = udev;
  modem.links.clear();
  hint(world, 150);
}

function poison(world: World, modem: ModemState, way: "silent" | "io"): void {
  const rung = world.inventory.watchdog.rungs.find((one) => one !== "restart-smsd" && one !== "host-reboot");
  modem.poison = { file: `poison-${modem.index}`, way, cure: rung ?? "replug" };
  const handler = world.smsd.handlers.get(modem.entry.name);
  // A modem that works sends what is waiting; the next poll takes it.
  if (handler?.condition === "talking") handler.since = world.now;
  refresh(world);
  hintByPulse(world);
}
