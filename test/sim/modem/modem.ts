import type { Outcome } from "../at/outcome.ts";
import { AtSession } from "../at/session.ts";
import { type Dialogue, parseTranscript } from "../at/transcript.ts";
import { Faults, type Healing } from "./faults.ts";
import { Journal } from "./journal.ts";
import { type Delivery, Network } from "./network.ts";
import { Outbox, type SubmitRequest } from "./outbox.ts";
import { type CardOptions, type SimCard, simCard } from "./sim-card.ts";
import type { InterfaceSpec, ModemSpec } from "./spec.ts";
import { MessageStorage } from "./storage.ts";

export interface ModemOptions extends CardOptions {
  readonly name: string;
  readonly imei?: string | undefined;
  /** Milliseconds from power to the first answer; the ports are there meanwhile, but silent. */
  readonly bootMs?: number | undefined;
  /** Milliseconds between PDU and +CMGS. */
  readonly sendMs?: number | undefined;
  /** Transcript that goes before the model's own. */
  readonly dialogue?: string | undefined;
  /** Milliseconds until a wanted status report arrives; none ever when negative. */
  readonly reportMs?: number | undefined;
}

/** What carries the modem: told when the modem itself wants to leave or restart. */
export interface Carrier {
  restart(): void;
  powerOff(): void;
}

const REGISTERED_HOME = "1";
const SEARCHING = 2;

/** A module behind its ports: everything but the wire. */
export class Modem {
  readonly spec: ModemSpec;
  readonly options: ModemOptions;
  readonly faults = new Faults();
  readonly journal = new Journal();
  readonly outbox: Outbox;
  readonly network: Network;
  dialogue: Dialogue;
  /** Memories to read from, to write to, to receive into (AT+CPMS). */
  memories: string[] = [];
  carrier: Carrier = { restart: () => this.boot(), powerOff: () => this.powerDown() };
  readonly #storages: ReadonlyMap<string, MessageStorage>;
  readonly #sessions = new Map<number, AtSession>();
  readonly #settings = new Map<string, string>();
  #sim: SimCard;
  #booting: NodeJS.Timeout | undefined;
  #readyAt: number | undefined;
  #boots = 0;

  constructor(spec: ModemSpec, options: ModemOptions) {
    this.spec = spec;
    this.options = options;
    this.dialogue = [options.dialogue ?? "", ...spec.dialogues].flatMap(parseTranscript);
    this.#sim = simCard(options);
    this.#storages = new Map(Object.entries(spec.memories).map(([name, size]) => [name, new MessageStorage(size)]));
    this.outbox = new Outbox(this);
    this.network = new Network(this);
    this.#forget();
  }

  get sim(): SimCard {
    return this.#sim;
  }

  /** Another card in the slot; a modem reads it at its next boot. */
  changeSim(options: CardOptions): void {
    this.#sim = simCard(options);
  }

  get ready(): boolean {
    return this.#readyAt !== undefined;
  }

  get boots(): number {
    return this.#boots;
  }

  /** Milliseconds since 1970, with fractions. */
  now(): number {
    return performance.timeOrigin + performance.now();
  }

  /** Power comes: deaf for the boot time, then ready. */
  boot(): void {
    this.powerDown();
    this.#boots += 1;
    const time = this.faults.get("slow-boot")?.milliseconds ?? this.options.bootMs ?? 0;
    if (time === 0) this.#becomeReady();
    else this.#booting = setTimeout(() => this.#becomeReady(), time);
  }

  powerDown(): void {
    clearTimeout(this.#booting);
    this.#readyAt = undefined;
    this.sim.powerCycle();
    this.#forget();
  }

  #forget(): void {
    this.#settings.clear();
    this.memories = [this.spec.memory, this.spec.memory, this.spec.memory];
    for (const session of this.#sessions.values()) session.reset();
  }

  #becomeReady(): void {
    this.#readyAt = this.now();
    for (const line of this.spec.bootLines) this.announce(line);
    this.lookAround();
  }

  /** The module restarts itself, as AT+CRESET asks. */
  restart(): void {
    this.heal("at-reset");
    this.#readyAt = undefined;
    this.carrier.restart();
  }

  powerOff(): void {
    this.#readyAt = undefined;
    this.carrier.powerOff();
  }

  /** Takes away the faults that this action cures; true if there were some. */
  heal(action: Healing): boolean {
    const healed = this.faults.heal(action);
    if (healed) {
      this.note(-1, "*", `healed by ${action}`);
      this.lookAround();
    }
    return healed;
  }

  /** Stops answering on every port, cured as `healedBy` of the poison says. */
  hangUp(healedBy?: readonly Healing[]): void {
    this.faults.add({ kind: "hang", how: "silent", ...(healedBy && { healedBy }) });
  }

  /** A hung module whose fault says so still obeys a restart command. */
  hearThroughHang(line: string): void {
    const restarts = /^AT\+(CRESET|CFUN=1,1)$/i.test(line);
    if (restarts && this.faults.get("hang")?.healedBy?.includes("at-reset")) this.restart();
  }

  openPort(spec: InterfaceSpec, output: (data: Buffer) => void): AtSession | undefined {
    if (spec.role !== "at" && spec.role !== "modem") return undefined;
    const session = new AtSession(this, spec.number, output);
    this.#sessions.set(spec.number, session);
    return session;
  }

  closePort(session: AtSession): void {
    session.reset();
    if (this.#sessions.get(session.interface) === session) this.#sessions.delete(session.interface);
  }

  /** Prints an unsolicited line on the ports that the `urcPort` setting names. */
  announce(line: string): void {
    const roles = this.spec.urcRoutes[this.get("urcPort")] ?? ["at"];
    for (const { number, role } of this.spec.usb.interfaces) {
      if (roles.includes(role)) this.#sessions.get(number)?.unsolicited(this.fill(line));
    }
  }

  note(interfaceNumber: number, direction: "<" | ">" | "*", text: string): void {
    this.journal.add({ at: this.now(), interface: interfaceNumber, direction, text });
  }

  get(setting: string): string {
    return this.#settings.get(setting) ?? this.spec.values[setting] ?? "";
  }

  set(setting: string, value: string): void {
    this.#settings.set(setting, value);
  }

  /** Fills `{name}` in a transcript line from settings and state. */
  fill(text: string): string {
    return text.replace(/\{(\w+)\}/g, (_, name: string) => this.#state(name) ?? this.get(name));
  }

  #state(name: string): string | undefined {
    const { imsi, iccid } = this.sim.options;
    const sim = { ready: "READY", pin: "SIM PIN", puk: "SIM PUK", absent: "NOT INSERTED" }[this.sim.state];
    const imei = this.options.imei ?? "867584030000001";
    return { imsi, iccid, sim, imei, registration: this.registration }[name];
  }

  /** +CREG status: 1 home, 6 home for SMS only, 0 not searching, … */
  get registration(): string {
    if (this.sim.state !== "ready" || this.get("cfun") !== "1") return "0";
    const fault = this.faults.get("not-registered");
    return fault ? String(fault.registration ?? SEARCHING) : REGISTERED_HOME;
  }

  get hasNetwork(): boolean {
    return this.ready && ["1", "5", "6", "7"].includes(this.registration);
  }

  /** The error to answer when a `?` condition of a transcript does not hold. */
  unmet(condition: string): string | undefined {
    const sms = condition === "sms";
    switch (this.sim.state) {
      case "ready":
        return undefined;
      case "absent":
        return sms ? "+CMS ERROR: 310" : "+CME ERROR: 10";
      case "pin":
        return sms ? "+CMS ERROR: 311" : "+CME ERROR: 11";
      case "puk":
        return sms ? "+CMS ERROR: 316" : "+CME ERROR: 12";
    }
  }

  hasStorage(name: string): boolean {
    return this.#storages.has(name);
  }

  /** @throws Error if the model has no such memory */
  storage(name: string): MessageStorage {
    const storage = this.#storages.get(name);
    if (!storage) throw new Error(`${this.spec.name} has no message memory "${name}"`);
    return storage;
  }

  submit(request: SubmitRequest): Outcome {
    return this.outbox.submit(request);
  }

  receive(delivery: Delivery): void {
    this.network.receive(delivery);
  }

  /** Something changed that may let waiting messages in: room, network, SIM. */
  lookAround(): void {
    this.network.deliverWaiting();
  }
}
