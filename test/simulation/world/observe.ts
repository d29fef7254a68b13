import type { Observation, SmsdObservation, SpoolObservation } from "../../../agent/model/observation.ts";
import type { Holder, UsbDeviceState } from "../../../core/agent-ports.ts";
import type { AttachedModem } from "../../../core/model/attached-modem.ts";
import { monotonicOf, wallOf } from "./clocks.ts";
import { digestOf } from "./log.ts";
import { attachedOf, terminalOf } from "./shown.ts";
import type { World } from "./state.ts";

/** What the agent would see now. */
export function observe(world: World): Observation {
  const attached: AttachedModem[] = [];
  const usbStates: Record<string, UsbDeviceState> = {};
  const links: Record<string, string> = {};
  for (const modem of world.modems) {
    for (const [path, tty] of modem.links) links[path] = tty;
    if (!modem.device) continue;
    attached.push(attachedOf(modem, modem.device));
    const powerControl = world.nuisances.has("autosuspend") ? "auto" : "on";
    const { number, authorized } = modem.device;
    usbStates[modem.device.sysName] = { deviceNumber: number, powerControl, authorized };
  }
  return {
    attached,
    usbStates,
    links,
    smsd: smsdOf(world),
    ...(world.flag ? { flag: world.flag.flag } : {}),
    spool: spoolOf(world),
    disk: { path: "/var/spool/sms", ...world.disk },
    holders: holdersOf(world),
    ...(world.lockHolder ? { lockHolder: world.lockHolder } : {}),
    ...(world.operator ? { operator: world.operator } : {}),
    rivals: world.nuisances.has("rival") ? ["ModemManager"] : [],
    configuration: { ...world.configuration },
    running: [...world.flights].map(([subject, { startedAt }]) => ({ subject, since: monotonicOf(world, startedAt) })),
    outcomes: world.outcomes,
  };
}

function smsdOf(world: World): SmsdObservation {
  const { unit, run, suspended, suspendedByOthers, inFlight } = world.smsd;
  const processes = run ? [{ pid: run.pid, startedAt: wallOf(world, run.startedAt) }] : [];
  return {
    unit,
    processes: run?.stray ? [] : processes,
    strays: run?.stray ? processes : [],
    log: digestOf(world),
    suspended: { ...suspended },
    suspendedByOthers: [...suspendedByOthers],
    inFlight: { ...inFlight },
  };
}

function spoolOf(world: World): SpoolObservation {
  const empty = { count: 0, oldest: 0 };
  const stuck = { count: 20, oldest: 600_000 };
  return {
    incoming: world.nuisances.has("incoming") ? stuck : empty,
    outgoing: world.nuisances.has("outgoing") ? stuck : empty,
    checked: { count: inQueue(world), oldest: 0 },
  };
}

function inQueue({ modems, unmovable }: World): number {
  return modems.filter(({ poison }) => poison !== undefined).length + Number(unmovable !== undefined);
}

function holdersOf(world: World): Readonly<Record<string, readonly Holder[]>> {
  const [first] = world.modems;
  const tty = first && terminalOf(first, "AT");
  if (!world.nuisances.has("holder") || tty === undefined) return {};
  return { [tty]: [personsProcess(world, "minicom")] };
}

export function personsProcess(world: World, process: string): Holder {
  return { pid: 4242, process, user: "root", since: wallOf(world, world.now) };
}
