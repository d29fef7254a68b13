import { setImmediate as turn } from "node:timers/promises";
import type { Healing } from "../../sim/modem/faults.ts";
import { type CustomSpec, resolveModel } from "../../sim/modem/models.ts";
import { Modem, type ModemOptions } from "../../sim/modem/modem.ts";
import { UsbDevice } from "../../sim/usbip/device.ts";

export interface Reply {
  readonly kind: "submit" | "unlink";
  readonly status: number;
  readonly data: Buffer;
  readonly actual: number;
}

const DEVICE_ID = 65_537;

/** Plays the kernel's end of USB/IP: submits URBs and reads the replies, as vhci_hcd would. */
export class KernelSide {
  readonly modem: Modem;
  readonly actions: Healing[] = [];
  readonly device: UsbDevice;
  readonly replies = new Map<number, Reply>();
  readonly #inbound = new Set<number>();
  #seqnum = 0;

  constructor(model: string | CustomSpec = "SIM7600", options: Partial<ModemOptions> = {}) {
    const spec = resolveModel(model);
    this.modem = new Modem(spec, { name: "test", ...options });
    this.device = new UsbDevice(
      this.modem,
      spec.usb,
      (data) => this.#read(data),
      (action) => {
        this.actions.push(action);
        this.modem.heal(action);
        this.device.resume();
      },
    );
  }

  #read(data: Buffer): void {
    const kind = data.readUInt32BE(0) === 3 ? "submit" : "unlink";
    const seqnum = data.readUInt32BE(4);
    const body = data.subarray(48);
    const actual = data.readInt32BE(24);
    this.replies.set(seqnum, { kind, status: data.readInt32BE(20), data: Buffer.from(body), actual });
    if (this.#inbound.has(seqnum) && body.length !== actual) throw new Error("actual_length does not fit the data");
  }

  submit(direction: "in" | "out", endpoint: number, length: number, data?: Buffer, setup?: Buffer): number {
    this.#seqnum += 1;
    if (direction === "in") this.#inbound.add(this.#seqnum);
    const header = Buffer.alloc(48);
    header.writeUInt32BE(1, 0);
    header.writeUInt32BE(this.#seqnum, 4);
    header.writeUInt32BE(DEVICE_ID, 8);
    header.writeUInt32BE(direction === "in" ? 1 : 0, 12);
    header.writeUInt32BE(endpoint, 16);
    header.writeInt32BE(length, 24);
    setup?.copy(header, 40);
    this.device.receive(Buffer.concat([header, data ?? Buffer.alloc(0)]));
    return this.#seqnum;
  }

  unlink(victim: number): Reply | undefined {
    this.#seqnum += 1;
    const header = Buffer.alloc(48);
    header.writeUInt32BE(2, 0);
    header.writeUInt32BE(this.#seqnum, 4);
    header.writeUInt32BE(victim, 20);
    this.device.receive(header);
    return this.replies.get(this.#seqnum);
  }

  control(type: number, request: number, value: number, index: number, length: number): Reply | undefined {
    const setup = Buffer.alloc(8);
    setup[0] = type;
    setup[1] = request;
    setup.writeUInt16LE(value, 2);
    setup.writeUInt16LE(index, 4);
    setup.writeUInt16LE(length, 6);
    return this.replies.get(this.submit(type & 0x80 ? "in" : "out", 0, length, undefined, setup));
  }

  /** hub_port_init() after a port reset. */
  portReset(): void {
    this.control(0x80, 6, 0x0100, 0, 64);
    this.control(0x80, 6, 0x0100, 0, 8);
    this.control(0x80, 6, 0x0100, 0, 18);
  }

  /** What Linux asks of a new device before it looks for drivers. */
  enumerate(): { device: Buffer; configuration: Buffer; strings: string[] } {
    this.portReset();
    const device = this.control(0x80, 6, 0x0100, 0, 18)?.data ?? Buffer.alloc(0);
    const head = this.control(0x80, 6, 0x0200, 0, 9)?.data ?? Buffer.alloc(9);
    const configuration = this.control(0x80, 6, 0x0200, 0, head.readUInt16LE(2))?.data ?? Buffer.alloc(0);
    this.control(0x80, 6, 0x0300, 0, 255);
    const strings = [device[15], device[14], device[16]].map((index) => this.#string(index ?? 0));
    this.setConfiguration(1);
    return { device, configuration, strings };
  }

  #string(index: number): string {
    if (index === 0) return "";
    const data = this.control(0x80, 6, 0x0300 | index, 0x409, 255)?.data;
    return data?.subarray(2).toString("utf16le") ?? "";
  }

  setConfiguration(value: number): void {
    this.control(0x00, 9, value, 0, 0);
  }

  /** The option driver opens a port: DTR up, reads waiting. */
  openPort(interfaceNumber: number): void {
    this.control(0x21, 0x22, 3, interfaceNumber, 0);
  }

  /** Writes to an OUT endpoint. */
  write(endpoint: number, text: string): Reply | undefined {
    const data = Buffer.from(text);
    return this.replies.get(this.submit("out", endpoint, data.length, data));
  }

  /** Reads once from an IN endpoint; undefined while the URB waits. */
  async read(endpoint: number): Promise<string | undefined> {
    const seqnum = this.submit("in", endpoint, 4096);
    await turn();
    return this.replies.get(seqnum)?.data.toString("latin1");
  }
}

/** A booted SIM7600 that has been enumerated, its AT port open (OUT endpoint 3, IN endpoint 5) and without echo. */
export function openedSide(): KernelSide {
  const kernel = new KernelSide("SIM7600");
  kernel.modem.boot();
  kernel.enumerate();
  kernel.openPort(2);
  kernel.write(3, "ATE0\r");
  return kernel;
}
