import { setTimeout as sleep } from "node:timers/promises";
import { checkFault, type Fault, type FaultKind } from "./modem/faults.ts";
import { type CustomSpec, resolveModel } from "./modem/models.ts";
import { Modem, type ModemOptions } from "./modem/modem.ts";
import type { Delivery } from "./modem/network.ts";
import { PtyTransport } from "./pty.ts";
import type { Transport } from "./transport.ts";
import { UsbTransport } from "./usbip/usb-transport.ts";
import { kernelVhci, type Vhci } from "./usbip/vhci.ts";

export interface PlugOptions extends Partial<ModemOptions> {
  /** Catalogue name or a device as data; SIM7600 by default. */
  readonly model?: string | CustomSpec;
  /** Port of the virtual host controller, 0–7. */
  readonly port?: number;
  /** Instead of USB: path of a symbolic link to a pseudo-terminal. */
  readonly link?: string;
  /** Beside `link`: the same for the second AT port. */
  readonly modemLink?: string;
  /** Milliseconds off the bus when it restarts itself. */
  readonly offMs?: number;
}

/** From the answer to a restart command until the device leaves the bus: as measured on a SIM7600. */
const LEAVE_AFTER = 750;
const OFF_BUS = 2_000;
const PORTS = 8;

interface Unit {
  readonly modem: Modem;
  readonly transport: Transport;
  readonly offMs: number;
}

/** A desk full of simulated modems. */
export class Simulator {
  readonly #vhci: Vhci;
  readonly #units = new Map<string, Unit>();

  constructor(vhci: Vhci = kernelVhci) {
    this.#vhci = vhci;
  }

  /**
   * Plugs in a new modem, or one again that was here before under this name: its messages are kept, and its SIM
   * unless `imsi` says that another is in it now (then with that card's `iccid` and `pin`).
   * @throws Error if the place is taken or cannot be had
   */
  async plug(options: PlugOptions = {}): Promise<Modem> {
    const known = options.name === undefined ? undefined : this.#units.get(options.name);
    const unit = known ?? this.#make(options);
    if (unit.transport.attached) throw new Error(`${unit.modem.options.name} is plugged in already`);
    if (known && options.port !== undefined) this.#move(unit, options.port);
    if (unit.transport instanceof UsbTransport) this.#requireFree(unit.transport.port);
    if (known) this.#healed(unit);
    if (known && options.imsi !== undefined) unit.modem.changeSim(options);
    await unit.transport.attach();
    unit.modem.note(-1, "*", `plugged into ${unit.transport.place}`);
    return unit.modem;
  }

  #make(options: PlugOptions): Unit {
    const spec = resolveModel(options.model ?? "SIM7600");
    const name = options.name ?? this.#freeName(spec.name);
    const modem = new Modem(spec, { ...options, name });
    const transport =
      options.link === undefined
        ? new UsbTransport(modem, options.port ?? this.#freePort(), this.#vhci)
        : new PtyTransport(modem, { at: options.link, modem: options.modemLink });
    const unit: Unit = { modem, transport, offMs: options.offMs ?? OFF_BUS };
    modem.carrier = {
      restart: () => this.#background(unit, this.#restart(unit)),
      powerOff: () => this.#background(unit, unit.transport.detach()),
    };
    this.#units.set(name, unit);
    return unit;
  }

  #background(unit: Unit, work: Promise<void>): void {
    work.catch((error: unknown) => unit.modem.note(-1, "*", `failed: ${String(error)}`));
  }

  async #restart(unit: Unit): Promise<void> {
    await sleep(LEAVE_AFTER);
    await unit.transport.detach();
    await sleep(unit.offMs);
    await unit.transport.attach();
  }

  #freeName(base: string): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base}-${number}`;
      if (!this.#units.has(name)) return name;
    }
  }

  /** Ports of the modems that are plugged in, and with `away` also of those that will want theirs back. */
  #usedPorts(away: boolean): number[] {
    const transports = [...this.#units.values()].map(({ transport }) => transport);
    return transports.flatMap((transport) =>
      transport instanceof UsbTransport && (away || transport.attached) ? [transport.port] : [],
    );
  }

  #freePort(): number {
    const used = this.#usedPorts(true);
    const free = Array.from({ length: PORTS }, (_, port) => port).find((port) => !used.includes(port));
    if (free === undefined) throw new Error(`all ${PORTS} ports are taken`);
    return free;
  }

  #requireFree(port: number): void {
    if (this.#usedPorts(false).includes(port)) throw new Error(`port ${port} is taken`);
  }

  #move(unit: Unit, port: number): void {
    if (unit.transport instanceof UsbTransport) unit.transport.port = port;
  }

  #healed(unit: Unit): void {
    unit.modem.heal("power");
    unit.modem.heal("replug");
  }

  async unplug(name?: string): Promise<void> {
    const { modem, transport } = this.#unit(name);
    modem.note(-1, "*", "unplugged");
    await transport.detach();
  }

  /** Out and in again after `offMs` milliseconds, on `port` if given. */
  async replug(name?: string, options: { port?: number; offMs?: number } = {}): Promise<void> {
    const unit = this.#unit(name);
    await this.unplug(name);
    await sleep(options.offMs ?? 500);
    await this.plug({ name: unit.modem.options.name, ...(options.port === undefined ? {} : { port: options.port }) });
  }

  /** The switched hub above it takes its power and gives it back. */
  async powerCycle(name?: string): Promise<void> {
    const unit = this.#unit(name);
    await unit.transport.detach();
    await sleep(unit.offMs);
    unit.modem.heal("power");
    await unit.transport.attach();
  }

  /**
   * The modem comes back with other tty numbers: while it is away another serial device takes its first one.
   * `settleMs` is the time the machine needs to give a new device its ttys.
   */
  async renumber(name?: string, settleMs = 3_000): Promise<void> {
    const unit = this.#unit(name);
    await this.unplug(name);
    await sleep(settleMs);
    await this.plug({ name: DECOY_NAME, model: DECOY });
    await sleep(settleMs);
    await this.plug({ name: unit.modem.options.name });
    await sleep(settleMs);
    await this.unplug(DECOY_NAME);
    this.#units.delete(DECOY_NAME);
  }

  /** @throws Error if there is no such fault */
  async fault(fault: Fault, name?: string): Promise<void> {
    checkFault(fault);
    const { modem, transport } = this.#unit(name);
    modem.note(-1, "*", `fault ${fault.kind}`);
    if (fault.kind === "storage-full") fillStorage(modem);
    else modem.faults.add(fault);
    if (fault.kind === "sim-out") modem.sim.inserted = false;
    await transport.refresh();
  }

  /** Takes a fault away, or all of them. */
  async heal(kind?: FaultKind, name?: string): Promise<void> {
    const { modem, transport } = this.#unit(name);
    modem.faults.clear(kind);
    if (kind === undefined || kind === "sim-out") modem.sim.inserted = true;
    modem.lookAround();
    await transport.refresh();
  }

  receive(delivery: Delivery, name?: string): void {
    this.#unit(name).modem.receive(delivery);
  }

  /** @throws Error if there is no such modem, or the name was left out and there are several */
  modem(name?: string): Modem {
    return this.#unit(name).modem;
  }

  #unit(name: string | undefined): Unit {
    const units = [...this.#units.values()];
    const unit = name === undefined && units.length === 1 ? units[0] : this.#units.get(name ?? "");
    if (unit) return unit;
    const names = [...this.#units.keys()].join(", ") || "none";
    throw new Error(name === undefined ? `say which modem: ${names}` : `no modem "${name}"; there are: ${names}`);
  }

  units(): readonly { readonly modem: Modem; readonly transport: Transport }[] {
    return [...this.#units.values()];
  }

  /** Pulls everything out. */
  async close(): Promise<void> {
    await Promise.all([...this.#units.values()].map(({ transport }) => transport.detach()));
    this.#units.clear();
  }
}

function fillStorage(modem: Modem): void {
  const storage = modem.storage(modem.memories[2] ?? modem.spec.memory);
  const room = storage.capacity - storage.used;
  for (let number = 1; number <= room; number++) modem.receive({ from: "+4915550000", text: `filler ${number}` });
}

const DECOY_NAME = "decoy";

/** An AC8700 stick: the option driver gives it one tty. */
const DECOY: CustomSpec = {
  name: DECOY_NAME,
  usb: {
    id: "05c6:6000",
    manufacturer: "ZTE",
    product: "AC8700",
    serial: "1",
    interfaces: [{ number: 0, role: "other", class: "ff/ff/ff", endpoints: ["interrupt", "in", "out"] }],
  },
};
