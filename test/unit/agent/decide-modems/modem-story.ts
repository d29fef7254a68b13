import { decideModems } from "../../../../agent/decide/modems.ts";
import { presenceOf } from "../../../../agent/decide/smsd-presence.ts";
import { trackFindings } from "../../../../agent/decide/track-findings.ts";
import type { ModemsDecision } from "../../../../agent/decide/types.ts";
import { emptyMemory, type Memory, type ModemMemory, NEW_MODEM } from "../../../../agent/model/memory.ts";
import type { ModemLog, Observation } from "../../../../agent/model/observation.ts";
import type { AgentStep, IssuedStep, Outcome, ProbeResult } from "../../../../agent/model/step.ts";
import type { UsbDeviceState } from "../../../../core/agent-ports.ts";
import type { AttachedModem } from "../../../../core/model/attached-modem.ts";
import type { Inventory } from "../../../../core/model/inventory.ts";
import { bindLinks } from "../../../../provision/plan/bind-links.ts";
import { attachedModem } from "../../../helpers/bus.ts";
import { sampleInventory, sampleModel, sampleModem } from "../../../helpers/sample-inventory.ts";

/** Some monotonic time long after boot, and the wall time that goes with it. */
export const START = 10_000_000;
const WALL = Date.UTC(2026, 0, 17, 19, 44);
export const BOOT_ID = "boot-1";
export const ALL_RUNGS = [
  "restart-smsd",
  "at-reset",
  "usb-reset",
  "usb-authorize",
  "usb-power",
  "host-reboot",
] as const;

const SECOND_PORT = sampleModel({
  at: { ...sampleModel().at, second: "VOICE", push: ["AT+CATR=3"] },
});

/** One SIM7600 with a second AT port, default watchdog. */
export function oneModem(change: Partial<Inventory["watchdog"]> = {}): Inventory {
  return sampleInventory({ modems: [sampleModem({ model: SECOND_PORT })], watchdog: { ...watchdog(), ...change } });
}

/** Two of them, at ports 1 and 2. */
export function twoModems(change: Partial<Inventory["watchdog"]> = {}): Inventory {
  const at = (name: string, port: string) =>
    sampleModem({ name, model: SECOND_PORT, match: { port: `platform-3610000.usb-usb-0:${port}` } });
  return sampleInventory({ modems: [at("LEFT", "1"), at("RIGHT", "2")], watchdog: { ...watchdog(), ...change } });
}

function watchdog(): Inventory["watchdog"] {
  return {
    enabled: true,
    interval: 15,
    failuresBeforeRecovery: 3,
    rungs: ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"],
    longestBackoff: 3600,
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A machine as the agent sees it, moved on by a test: what is seen is set, what is decided is looked at. */
export class ModemStory {
  now = START;
  wall = WALL;
  memory: Memory = emptyMemory(BOOT_ID);
  readonly said: string[] = [];
  readonly seen: Mutable<Observation>;
  inventory: Inventory;
  decision: ModemsDecision | undefined;
  #devices = 4;

  constructor(inventory: Inventory = oneModem()) {
    this.inventory = inventory;
    this.seen = nothingSeen();
  }

  /** The modem is on the bus with terminals from `first` on, and its links are right. */
  plug(port = "1", first = 0, change: Partial<AttachedModem & Pick<UsbDeviceState, "connectedAt">> = {}): this {
    this.#devices += 1;
    const { connectedAt, ...otherwise } = change;
    const device = { ...attachedModem("SIM7600", port, first), ...otherwise };
    const others = this.seen.attached.filter(({ sysName }) => sysName !== device.sysName);
    this.seen.attached = [...others, device];
    const connected = connectedAt === undefined ? {} : { connectedAt };
    const state = { deviceNumber: this.#devices, powerControl: "on", authorized: true, ...connected };
    this.seen.usbStates = { ...this.seen.usbStates, [device.sysName]: state };
    return this.link();
  }

  link(): this {
    const { links } = bindLinks(this.inventory.modems, this.seen.attached);
    this.seen.links = Object.fromEntries(links.map(({ path, tty }) => [path, tty]));
    return this;
  }

  unplug(port = "1"): this {
    this.seen.attached = this.seen.attached.filter(({ sysName }) => sysName !== `1-${port}`);
    return this.link();
  }

  smsd(runs: boolean): this {
    const processes = runs ? [{ pid: 100 + Math.floor(this.now / 1000), startedAt: this.wall }] : [];
    this.seen.smsd = { ...this.seen.smsd, processes, unit: runs ? "active" : "inactive" };
    if (runs) this.seen.smsd = { ...this.seen.smsd, log: { started: true, modems: {}, fatal: [] }, suspended: {} };
    return this;
  }

  log(change: Partial<ModemLog>, name = this.name): this {
    const { log } = this.seen.smsd;
    const modem = { ioErrors: [], ...log.modems[name], ...change };
    this.seen.smsd = { ...this.seen.smsd, log: { ...log, started: true, modems: { ...log.modems, [name]: modem } } };
    return this;
  }

  /** smsd has just got an answer. */
  ready(name = this.name): this {
    const { trouble: _, ...rest } = this.seen.smsd.log.modems[name] ?? { ioErrors: [] };
    const modems = { ...this.seen.smsd.log.modems, [name]: { ...rest, readyAt: this.now } };
    this.seen.smsd = { ...this.seen.smsd, log: { ...this.seen.smsd.log, started: true, modems } };
    return this;
  }

  suspended(modems: Readonly<Record<string, string>>): this {
    this.seen.smsd = { ...this.seen.smsd, suspended: modems };
    return this;
  }

  after(seconds: number): this {
    this.now += seconds * 1000;
    this.wall += seconds * 1000;
    return this;
  }

  /** One look and one decision. Steps that begin run until `end`. */
  look(): ModemsDecision {
    const now = { monotonic: this.now, wall: this.wall, bootId: BOOT_ID };
    const decision = decideModems({ inventory: this.inventory, seen: this.seen, memory: this.memory, now });
    const { up, downSince } = presenceOf(this.memory.smsd, this.seen.smsd, now);
    const smsd = { failures: 0, notBefore: 0, starts: [], ...(up ? { up } : {}), ...(downSince ? { downSince } : {}) };
    const { findings } = trackFindings(this.memory.findings, decision.findings, now);
    this.memory = { ...this.memory, findings, modems: decision.modems, smsd };
    this.said.push(...decision.transitions.map(({ code }) => code));
    this.seen.outcomes = [];
    const begun = decision.steps.map(({ subject }) => ({ subject, since: this.now }));
    this.seen.running = [...this.seen.running, ...begun];
    this.#open.push(...decision.steps.map((issued) => ({ issued, startedAt: this.now })));
    this.decision = decision;
    return decision;
  }

  readonly #open: { issued: IssuedStep; startedAt: number }[] = [];

  /** The step of this kind that runs ends now. */
  end(kind: AgentStep["do"], how: { ok?: boolean; detail?: string; probe?: ProbeResult } = {}): this {
    const index = this.#open.findIndex(({ issued }) => issued.step.do === kind);
    const [open] = this.#open.splice(index, 1);
    if (index === -1 || !open) throw new Error(`no ${kind} runs`);
    const { subject, step } = open.issued;
    const outcome: Outcome = {
      subject,
      step,
      startedAt: open.startedAt,
      finishedAt: this.now,
      ok: how.ok ?? true,
      detail: how.detail ?? "done",
      ...(how.probe ? { probe: how.probe } : {}),
    };
    this.seen.outcomes = [...this.seen.outcomes, outcome];
    this.seen.running = this.seen.running.filter((one) => one.subject !== subject);
    return this;
  }

  /** The agent is killed: what ran is lost, and its memory is read from disk. */
  restartAgent(): this {
    this.#open.length = 0;
    this.seen.running = [];
    this.seen.outcomes = [];
    this.memory = JSON.parse(JSON.stringify(this.memory));
    return this;
  }

  remember(change: Partial<ModemMemory>, name = this.name): this {
    const modem = { ...NEW_MODEM, ...this.memory.modems[name], ...change };
    this.memory = { ...this.memory, modems: { ...this.memory.modems, [name]: modem } };
    return this;
  }

  get name(): string {
    return this.inventory.modems[0]?.name ?? "";
  }

  modem(name = this.name): ModemMemory {
    return this.memory.modems[name] ?? NEW_MODEM;
  }

  get steps(): readonly string[] {
    return (this.decision?.steps ?? []).map(({ step }) => step.do);
  }

  get findings(): readonly string[] {
    return (this.decision?.findings ?? []).map(({ code }) => code);
  }

  /** A modem that has been working with smsd for a long time. */
  static working(inventory: Inventory = oneModem()): ModemStory {
    const story = new ModemStory(inventory).smsd(true);
    for (const [index] of inventory.modems.entries()) story.plug(String(index + 1), index * 5);
    story.look();
    story.after(1);
    for (const { name } of inventory.modems) story.ready(name);
    story.look();
    story.after(3600);
    for (const { name } of inventory.modems) {
      story.ready(name).remember({ lastFullProbeAt: story.now, probedAt: story.now }, name);
    }
    story.look();
    story.said.length = 0;
    return story;
  }
}

function nothingSeen(): Mutable<Observation> {
  const empty = { count: 0, oldest: 0 };
  return {
    attached: [],
    usbStates: {},
    links: {},
    smsd: {
      unit: "inactive",
      processes: [],
      strays: [],
      log: { started: false, modems: {}, fatal: [] },
      suspended: {},
      suspendedByOthers: [],
      inFlight: {},
    },
    spool: { incoming: empty, outgoing: empty, checked: empty },
    disk: { path: "/var/spool/sms", bytes: 1e9, files: 1e6 },
    holders: {},
    rivals: [],
    configuration: { state: "converged", digest: "d1", details: [], restartsSmsd: false, pins: {} },
    running: [],
    outcomes: [],
  };
}
