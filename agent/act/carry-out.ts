import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import { probe } from "../at/probe.ts";
import type { Ended } from "../lanes.ts";
import type { IssuedStep, StepKind, StepOf } from "../model/step.ts";
import type { Actor } from "./actor.ts";
import { atReset } from "./at-reset.ts";
import { clearFlag } from "./flag.ts";
import { setAside } from "./set-aside.ts";
import { adoptSmsd, restartSmsd, type SmsdDone, type SmsdTools, startSmsd, stopSmsd } from "./smsd.ts";
import { suspendModems } from "./suspend.ts";
import { writeLink } from "./write-link.ts";

/** Carries one step out. Returns what came of it in one sentence; what it throws becomes the sentence of a failure. */
type Executor<K extends StepKind> = (actor: Actor, step: StepOf<K>) => Promise<string | Ended>;

const EXECUTORS: { readonly [K in StepKind]: Executor<K> } = {
  "start-smsd": async (actor) => sentence(startSmsd(tools(actor))),
  // Its locks say which message it was sending; smsd removes them itself when it starts.
  "stop-smsd": async (actor, { grace }) => sentence(stopSmsd(tools(actor), grace, "keep")),
  "restart-smsd": async (actor, { grace }) => sentence(restartSmsd(tools(actor), grace)),
  "adopt-smsd": async (actor, { pids }) => sentence(adoptSmsd(tools(actor), pids)),
  "clear-flag": async ({ host, flag }, { path }) => clearFlag(host, path, flag()),
  suspend: async (actor, { modems }) => suspendModems(tools(actor), modems),
  "trigger-udev": async ({ host }, { devices }) => {
    await host.udev.trigger(devices);
    return `udev looked again at ${devices.join(", ")}`;
  },
  "write-link": async ({ host }, { path, tty }) => writeLink(host, path, tty),
  "apply-inventory": async ({ engine, progress }, { cause }) => engine.apply(cause, (line) => progress("host", line)),
  probe: probeModem,
  "at-reset": atReset,
  "usb-reset": async ({ host }, { modem, device }) => {
    await host.usbControl.reset(device);
    return `the USB device of ${modem} (${device}) was reset`;
  },
  "usb-authorize": async ({ host }, { modem, device }) => {
    await host.usbControl.reauthorize(device);
    return `the USB device of ${modem} (${device}) was authorized anew`;
  },
  "usb-power": async ({ host }, { modem, hub, port }) => {
    await host.usbControl.cyclePower({ hub, port }, POWER_OFF_SECONDS);
    return `the power of ${modem} (hub ${hub}, port ${port}) was cut for ${POWER_OFF_SECONDS} s`;
  },
  "host-reboot": async ({ host }, { modem }) => {
    await host.usbControl.rebootMachine();
    return `the machine reboots for ${modem}`;
  },
  "set-aside": async (actor, step) => setAside(actor.host, actor.inventory().smsd.spool, step),
};

/** Capacitors of a modem board hold it up for a while; less leaves it half alive. */
const POWER_OFF_SECONDS = 5;

/** Steps that change nothing of what another program at work on this host may change. */
const WITHOUT_LOCK: ReadonlySet<StepKind> = new Set<StepKind>(["probe", "suspend"]);

/** Carries one step out. Never throws: what goes wrong is told in `detail`. */
export async function carryOut(actor: Actor, { step }: IssuedStep): Promise<Ended> {
  // The flag that the decision saw, before anything else is looked at.
  const flag = actor.flag();
  const work = () => execute({ ...actor, flag: () => flag }, step);
  try {
    const came = await (WITHOUT_LOCK.has(step.do) ? work() : actor.lock.during(work));
    return typeof came === "string" ? { ok: true, detail: came } : came;
  } catch (error) {
    return { ok: false, detail: sentenceOf(error) };
  }
}

/** The executor of a step, without the lock: for a command that holds it for all its steps. Throws what the executor throws. */
export async function execute<K extends StepKind>(actor: Actor, step: StepOf<K>): Promise<string | Ended> {
  const executor: Executor<K> = EXECUTORS[step.do as K];
  return executor(actor, step);
}

function tools(actor: Actor): SmsdTools {
  return { host: actor.host, inventory: actor.inventory(), signal: actor.signal };
}

async function sentence(work: Promise<SmsdDone>): Promise<string> {
  return (await work).sentence;
}

async function probeModem(actor: Actor, step: StepOf<"probe">): Promise<Ended> {
  const { accessLock, modems } = actor.inventory();
  const at = modems.find(({ name }) => name === step.modem)?.model.at;
  const session = actor.session(step.tty);
  const { detail, ...found } = await probe(actor.host, {
    lockFile: accessLock.file,
    modem: step.modem,
    tty: step.tty,
    full: step.full,
    ...(at === undefined ? {} : { firmwareCommand: at.firmware.command }),
    ...(at?.temperature === undefined ? {} : { temperatureCommand: at.temperature }),
    ...(session ? { session } : {}),
  });
  return { ok: found.answered, detail, probe: found };
}

function sentenceOf(error: unknown): string {
  const why = error instanceof ModemkeeperError && error.why !== undefined ? ` (${error.why})` : "";
  return `${messageOf(error)}${why}`;
}
