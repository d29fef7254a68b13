import type { ProbeResult, StepOf } from "../../../agent/model/step.ts";
import type { Rung } from "../../../core/model/inventory.ts";
import type { Act, Ended } from "./act.ts";
import { appear, cure, dropTerminals, leave, makeTerminals, restartModem } from "./devices.ts";
import { reboot } from "./machine.ts";
import { answersOn } from "./shown.ts";
import { hint, type ModemState, plan, type World } from "./state.ts";

type ModemStepKind = "probe" | Exclude<Rung, "restart-smsd">;

const ABSENT: Ended = { ok: false, detail: "it is not on the bus" };
/** A probe gives up after this. */
const NO_ANSWER_MS = 5_000;

export const MODEM_ACTS: { readonly [K in ModemStepKind]: (world: World, step: StepOf<K>) => Act } = {
  probe,
  "at-reset": atReset,
  "usb-reset": usbReset,
  "usb-authorize": usbAuthorize,
  "usb-power": usbPower,
  "host-reboot": (world) => ({ lasts: 2_000, end: () => rebootByAgent(world) }),
};

function find(world: World, name: string): ModemState {
  const modem = world.modems.find(({ entry }) => entry.name === name);
  if (!modem) throw new Error(`a step for ${name}, which the machine does not have`);
  return modem;
}

function probe(world: World, step: StepOf<"probe">): Act {
  const modem = find(world, step.modem);
  if (world.lockHolder) {
    return { lasts: NO_ANSWER_MS, end: () => ({ ok: false, detail: "the access lock is held" }) };
  }
  const answers = answersOn(world, modem, step.tty);
  const lasts = answers ? world.draws.of("probe").whole(30, 400) : NO_ANSWER_MS;
  return { lasts, end: () => probed(world, modem, step) };
}

function probed(world: World, modem: ModemState, step: StepOf<"probe">): Ended {
  if (!answersOn(world, modem, step.tty)) {
    return { ok: false, detail: "it does not answer", probe: { answered: false } };
  }
  return { ok: true, detail: "it answers", probe: { answered: true, ...(step.full ? particulars(modem) : {}) } };
}

function particulars(modem: ModemState): Partial<ProbeResult> {
  if (modem.sim === "out") return { imei: `86000000000000${modem.index}`, sim: "+CME ERROR: 10", registration: 0 };
  return {
    imei: `86000000000000${modem.index}`,
    imsi: `26201000000000${modem.index}`,
    firmware: "LE20B05SIM7600G22",
    sim: modem.locked ? "SIM PIN" : "READY",
    registration: modem.registered ? 1 : 2,
    signal: 20,
    operator: "Example",
    storage: { used: 1, total: 50 },
  };
}

/** A modem whose AT ports are dead does not hear the command, unless that is what heals it. */
function atReset(world: World, step: StepOf<"at-reset">): Act {
  const modem = find(world, step.modem);
  const hears = () => modem.hang?.cure === "at-reset" || step.ttys.some((tty) => answersOn(world, modem, tty));
  const end = () => {
    if (!modem.device) return ABSENT;
    if (!hears()) return { ok: false, detail: "no port answered" };
    const { epoch } = modem;
    modem.lastResetAt = world.now;
    plan(world, world.draws.of("leave").whole(500, 3_000), () => {
      if (modem.epoch !== epoch) return;
      cure(world, modem, "at-reset");
      restartModem(world, modem, world.draws.of("away").whole(3_000, 12_000));
    });
    return { ok: true, detail: "it restarts" };
  };
  return { lasts: hears() ? 600 : 9_000, end };
}

/** The terminals are made anew, the device stays. Of a dead device the kernel cannot reset the port. */
function usbReset(world: World, step: StepOf<"usb-reset">): Act {
  const modem = find(world, step.modem);
  const dead = modem.hang !== undefined && modem.hang.cure !== "usb-reset" && world.draws.of("dead").chance(0.3);
  const end = () => {
    if (!modem.device) return ABSENT;
    if (dead) return { ok: false, detail: "the kernel could not reset it" };
    modem.lastResetAt = world.now;
    cure(world, modem, "usb-reset");
    renewTerminals(world, modem);
    return { ok: true, detail: "reset" };
  };
  return { lasts: dead ? 15_000 : 900, end };
}

function renewTerminals(world: World, modem: ModemState): void {
  dropTerminals(world, modem);
  const { epoch } = modem;
  plan(world, 400, () => {
    if (modem.epoch === epoch) makeTerminals(world, modem);
  });
  hint(world, 150);
}

function usbAuthorize(world: World, step: StepOf<"usb-authorize">): Act {
  const modem = find(world, step.modem);
  const { device } = modem;
  if (device) setAuthorized(world, modem, false);
  const anyway = () => {
    if (!device || modem.device !== device) return;
    setAuthorized(world, modem, true);
    makeTerminals(world, modem);
  };
  const end = () => {
    if (!modem.device || modem.device !== device) return ABSENT;
    modem.lastResetAt = world.now;
    cure(world, modem, "usb-authorize");
    return { ok: true, detail: "authorized again" };
  };
  return { lasts: 1_300, end, anyway };
}

function setAuthorized(world: World, modem: ModemState, authorized: boolean): void {
  if (!modem.device) return;
  modem.device.authorized = authorized;
  dropTerminals(world, modem);
  hint(world, 150);
}

function usbPower(world: World, step: StepOf<"usb-power">): Act {
  const modem = find(world, step.modem);
  modem.powered = false;
  leave(world, modem);
  const anyway = () => {
    modem.powered = true;
    const { epoch } = modem;
    plan(world, world.draws.of("away").whole(1_000, 6_000), () => {
      if (modem.epoch === epoch) appear(world, modem);
    });
  };
  const end = () => {
    modem.lastResetAt = world.now;
    cure(world, modem, "usb-power");
    return { ok: true, detail: "its port was without power" };
  };
  return { lasts: 5_000, end, anyway };
}

function rebootByAgent(world: World): Ended {
  for (const modem of world.modems) cure(world, modem, "host-reboot");
  reboot(world, { lasts: 30_000, clock: "kept", tmp: "kept" });
  return { ok: true, detail: "the machine reboots" };
}
