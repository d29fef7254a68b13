import type { Socket } from "node:net";
import type { Healing } from "../modem/faults.ts";
import type { Modem } from "../modem/modem.ts";
import type { UsbSpec } from "../modem/spec.ts";
import type { Transport } from "../transport.ts";
import { UsbDevice } from "./device.ts";
import type { Vhci } from "./vhci.ts";

/** Off the bus for this long when the set of interfaces changes, milliseconds. */
const BOUNCE = 500;

/** A modem on a port of the virtual USB host controller. */
export class UsbTransport implements Transport {
  port: number;
  readonly #modem: Modem;
  readonly #vhci: Vhci;
  #socket: Socket | undefined;
  #device: UsbDevice | undefined;

  constructor(modem: Modem, port: number, vhci: Vhci) {
    this.#modem = modem;
    this.port = port;
    this.#vhci = vhci;
  }

  get place(): string {
    return `vhci port ${this.port}`;
  }

  get attached(): boolean {
    return this.#device !== undefined;
  }

  /** True when the host has set a configuration. */
  get configured(): boolean {
    return this.#device?.configured ?? false;
  }

  async attach(): Promise<void> {
    if (this.#device) return;
    this.#modem.boot();
    try {
      this.#socket = await this.#vhci.attach(this.port, (socket) => this.#connect(socket));
    } catch (error) {
      await this.detach();
      throw error;
    }
  }

  #connect(socket: Socket): void {
    this.#device?.close();
    const device = new UsbDevice(
      this.#modem,
      this.#usbNow(),
      (data) => socket.write(data),
      (action) => this.#acted(action),
    );
    this.#device = device;
    socket.on("data", (chunk: Buffer) => device.receive(chunk));
  }

  /** The interfaces that the device shows at present. */
  #usbNow(): UsbSpec {
    const { usb } = this.#modem.spec;
    const fault = this.#modem.faults.get("interface-missing");
    if (!fault) return usb;
    const missing = fault.interface ?? usb.interfaces.find(({ role }) => role === "at")?.number;
    return { ...usb, interfaces: usb.interfaces.filter(({ number }) => number !== missing) };
  }

  #acted(action: Healing): void {
    this.#modem.note(-1, "*", action);
    this.#modem.heal(action);
    if (action === "power") this.#modem.boot();
    this.refresh().catch((error: unknown) => this.#modem.note(-1, "*", `could not come back: ${String(error)}`));
  }

  async detach(): Promise<void> {
    this.#device?.close();
    this.#device = undefined;
    this.#modem.powerDown();
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
      socket.destroy();
    });
  }

  async refresh(): Promise<void> {
    const device = this.#device;
    if (!device) return;
    device.resume();
    if (device.usb.interfaces.length === this.#usbNow().interfaces.length) return;
    await this.detach();
    await new Promise((resolve) => setTimeout(resolve, BOUNCE));
    await this.attach();
  }
}
