import type { AgentStep, IssuedStep, Outcome, ProbeResult, StepKind, StepOf } from "../../../agent/model/step.ts";
import { MODEM_ACTS } from "./act-modem.ts";
import { monotonicOf } from "./clocks.ts";
import { makeLinks } from "./devices.ts";
import { applyInventory } from "./edits.ts";
import { terminalOf } from "./shown.ts";
import { refresh, startUnit, stopProcess } from "./smsd.ts";
import { type Flight, hint, plan, type Spoil, type World } from "./state.ts";

/** How a step is carried out in the world: how long it takes, and what it does at its end. */
export interface Act {
  /** Milliseconds. */
  readonly lasts: number;
  readonly end: () => Ended;
  /** What its end brings about even when it fails, but not when the agent is killed meanwhile: power that was cut comes back. */
  readonly anyway?: () => void;
}

export interface Ended {
  readonly ok: boolean;
  readonly detail: string;
  readonly probe?: ProbeResult;
}

const DONE: Ended = { ok: true, detail: "it was carried out" };

const ACTS: { readonly [K in StepKind]: (world: World, step: StepOf<K>) => Act } = {
  ...MODEM_ACTS,
  "start-smsd": (world) => ({ lasts: between(world, "start", 1_050, 2_500), end: () => start(world) }),
  "stop-smsd": (world, { grace }) => ({ lasts: stopTime(world, grace), end: () => stop(world) }),
  "restart-smsd": (world, { grace }) => ({ lasts: stopTime(world, grace), end: () => restart(world) }),
  "adopt-smsd": (world) => ({ lasts: between(world, "adopt", 500, 4_000), end: () => restart(world) }),
  "clear-flag": (world) => {
    const decidedUpon = world.flag;
    return { lasts: 20, end: () => clearFlag(world, decidedUpon) };
  },
  suspend: (world, { modems }) => ({ lasts: between(world, "suspend", 10, 1_000), end: () => suspend(world, modems) }),
  "trigger-udev": (world, { devices }) => ({
    lasts: between(world, "udev", 200, 900),
    end: () => trigger(world, devices),
  }),
  "write-link": (world, { path, tty }) => ({ lasts: 20, end: () => writeLink(world, path, tty) }),
  "apply-inventory": (world) => ({ lasts: between(world, "apply", 1_500, 5_000), end: () => apply(world) }),
  "set-aside": (world, { file }) => ({ lasts: 30, end: () => setAside(world, file) }),
};

/** Begins a step; its outcome is put down when it ends, unless the agent dies before. */
export function begin(world: World, issued: IssuedStep): void {
  const act = actOf(world, issued.step);
  const spoil = takeSpoil(world, issued.step.do);
  const flight: Flight = { issued, startedAt: world.now, fate: "told" };
  world.flights.set(issued.subject, flight);
  world.say(
    `step ${describe(issued.step)} begins for ${issued.subject}: ${issued.reason.code} (${issued.reason.sentence})`,
  );
  plan(world, spoil?.how === "slow" ? act.lasts * 8 : act.lasts, () => finish(world, flight, act, spoil));
  if (world.doom && (world.doom.during === "any" ? issued.step.do !== "probe" : world.doom.during === issued.step.do)) {
    plan(world, act.lasts / 2, world.doom.kill);
    world.doom = undefined;
  }
}

function finish(world: World, flight: Flight, act: Act, spoil: Spoil | undefined): void {
  if (flight.fate === "lost") return;
  act.anyway?.();
  const ended = spoil ? spoiled(world, act, spoil) : act.end();
  refresh(world);
  if (flight.fate !== "told") return;
  const { issued, startedAt } = flight;
  world.flights.delete(issued.subject);
  world.say(`step ${issued.step.do} ends for ${issued.subject}: ${ended.ok ? "ok" : "failed"}, ${ended.detail}`);
  const outcome: Outcome = {
    subject: issued.subject,
    step: issued.step,
    startedAt: monotonicOf(world, startedAt),
    finishedAt: monotonicOf(world, world.now),
    ...ended,
  };
  world.outcomes = [...world.outcomes, outcome];
  hint(world, 0);
  if (world.flights.size === 0) world.waitingCommands.shift()?.();
}

function spoiled(world: World, act: Act, { how }: Spoil): Ended {
  world.spoiledAt = world.now;
  if (how === "fails") return { ok: false, detail: "it failed" };
  if (how === "no-effect") return { ok: true, detail: "done, it seems" };
  const ended = act.end();
  if (how === "dies-soon") plan(world, 1_500, () => stopProcess(world, "killed"));
  return ended;
}

/** The first spoil that means this step; probes only when they are meant by name. */
function takeSpoil(world: World, kind: StepKind): Spoil | undefined {
  const found = world.spoils.find(
    ({ step, how }) => step === kind || (step === "any" && kind !== "probe" && how !== "dies-soon"),
  );
  if (!found) return undefined;
  found.times -= 1;
  if (found.times <= 0) world.spoils.splice(world.spoils.indexOf(found), 1);
  return found;
}

function actOf<K extends StepKind>(world: World, step: StepOf<K> & AgentStep): Act {
  const act = ACTS[step.do as K] as (world: World, step: StepOf<K>) => Act;
  return act(world, step);
}

export function between(world: World, what: string, from: number, to: number): number {
  return world.draws.of(`step ${what}`).whole(from, to);
}

/** smsd ends in a moment, unless one of its processes waits for a modem. */
function stopTime(world: World, grace: number): number {
  const stuck = world.modems.some(({ hang }) => hang?.way === "stuck");
  return stuck ? grace + 200 : Math.min(grace, between(world, "stop", 50, 3_000)) + 300;
}

function start(world: World): Ended {
  const refusal = startUnit(world);
  return refusal ? { ok: false, detail: `smsd is not started: ${refusal}` } : DONE;
}

function stop(world: World): Ended {
  stopProcess(world, "stopped");
  return DONE;
}

function restart(world: World): Ended {
  stopProcess(world, "stopped");
  return start(world);
}

/** One that a person has set meanwhile stays, and so does what is no file. */
function clearFlag(world: World, decidedUpon: World["flag"]): Ended {
  if (!world.flag) return { ok: true, detail: "it is gone already" };
  if (world.flag.flag.kind !== "file") return { ok: false, detail: `it is a ${world.flag.flag.kind}` };
  if (world.flag !== decidedUpon) return { ok: false, detail: "it was set anew" };
  world.say("the flag is cleared");
  world.flag = undefined;
  return DONE;
}

/** The file is in a folder that is there only while smsd's unit runs. */
function suspend(world: World, modems: Readonly<Record<string, string>>): Ended {
  if (!world.smsd.run || world.smsd.run.stray) return { ok: true, detail: "smsd does not run" };
  world.smsd.suspended = { ...modems };
  return DONE;
}

function trigger(world: World, devices: readonly string[]): Ended {
  for (const modem of world.modems) {
    const asked = modem.device && devices.includes(modem.device.sysName);
    if (asked && modem.udev === "works") makeLinks(modem);
  }
  return DONE;
}

function writeLink(world: World, path: string, tty: string): Ended {
  const modem = world.modems.find(({ entry }) => path.startsWith(`/dev/ttyUSB_${entry.name}_`));
  const role = path.slice(path.lastIndexOf("_") + 1);
  if (!modem || terminalOf(modem, role) !== tty) return { ok: false, detail: `there is no ${tty}` };
  modem.links.set(path, tty);
  return DONE;
}

/** provision's engine: files, then smsd is restarted if it must be; never started. */
function apply(world: World): Ended {
  if (world.configuration.state === "invalid") return { ok: false, detail: "the inventory is invalid" };
  const restarts = applyInventory(world);
  return restarts && world.smsd.run ? restart(world) : DONE;
}

/** A message that a living smsd is sending stays. */
function setAside(world: World, path: string): Ended {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const modem = world.modems.find(({ poison }) => poison?.file === file);
  const isUnmovable = world.unmovable?.endsWith(`/${file}`) ?? false;
  if (!modem && !isUnmovable) return { ok: false, detail: `there is no ${file}` };
  if (modem && world.smsd.run && world.smsd.inFlight[modem.entry.name] === file) {
    return { ok: false, detail: "smsd is sending it now" };
  }
  if (isUnmovable) world.unmovable = undefined;
  if (modem) {
    modem.poison = undefined;
    delete world.smsd.inFlight[modem.entry.name];
  }
  return DONE;
}

function describe(step: AgentStep): string {
  const { do: kind, ...rest } = step;
  const shown = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [kind, ...shown].join(" ");
}
