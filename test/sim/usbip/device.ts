import { concerns, type Healing } from "../modem/faults.ts";
import type { Modem } from "../modem/modem.ts";
import type { UsbSpec } from "../modem/spec.ts";
import { answerControl, type ControlEvent, readSetup } from "./control.ts";
import { type EndpointAddress, endpointsOf } from "./descriptors.ts";
import { SerialFunction } from "./endpoint.ts";
import { type Command, CommandReader, type Submit, submitReply, type Unlink, unlinkReply } from "./protocol.ts";
import { ResetWatch } from "./reset-watch.ts";

const STALL = -32;
const UNLINKED = -104;

/** A modem as a USB device: answers the URBs of one attachment, from plug to unplug. */
export class UsbDevice {
  readonly usb: UsbSpec;
  readonly #modem: Modem;
  readonly #write: (data: Buffer) => void;
  readonly #reader = new CommandReader();
  readonly #endpoints: ReadonlyMap<number, EndpointAddress>;
  readonly #functions: ReadonlyMap<number, SerialFunction>;
  readonly #watch: ResetWatch;
  /** Interrupt-in URBs and whatever a dead device leaves unanswered. */
  readonly #pending = new Map<number, Submit>();

  /** `acted` hears what the host did to heal the modem. */
  constructor(modem: Modem, usb: UsbSpec, write: (data: Buffer) => void, acted: (action: Healing) => void) {
    this.#modem = modem;
    this.usb = usb;
    this.#write = write;
    this.#watch = new ResetWatch(acted);
    this.#endpoints = new Map(endpointsOf(usb).map((endpoint) => [endpoint.address, endpoint]));
    this.#functions = new Map(usb.interfaces.map(({ number }) => [number, new SerialFunction(number)]));
    for (const spec of usb.interfaces) {
      const port = this.#functions.get(spec.number);
      if (port) port.session = modem.openPort(spec, (data) => this.#send(port, data));
    }
  }

  get configured(): boolean {
    return this.#watch.configuration !== 0;
  }

  /** Octets from the kernel. */
  receive(chunk: Buffer): void {
    for (const command of this.#reader.push(chunk)) this.#handle(command);
  }

  /** The device is off the bus: its ports end. */
  close(): void {
    for (const { session } of this.#functions.values()) if (session) this.#modem.closePort(session);
  }

  /** A hang may be over: takes what was left waiting. */
  resume(): void {
    for (const port of this.#functions.values()) {
      for (const urb of port.blocked.splice(0)) this.#takeOut(port, urb);
      this.#feed(port);
    }
  }

  #handle(command: Command): void {
    if (command.kind === "unlink") this.#unlink(command);
    else if (this.#modem.faults.get("hang")?.how === "dead") this.#pending.set(command.seqnum, command);
    else if (command.endpoint === 0) this.#control(command);
    else this.#transfer(command);
  }

  #control(urb: Submit): void {
    const answer = answerControl(this.usb, this.#watch.configuration, readSetup(urb.setup));
    if (!answer.data) {
      this.#write(submitReply(urb, STALL));
      return;
    }
    this.#write(submitReply(urb, 0, answer.data));
    if (answer.event) this.#happened(answer.event);
  }

  #happened(event: ControlEvent): void {
    if (event.kind === "line-state") this.#functions.get(event.interface)?.setDtr(event.dtr);
    else {
      // A new configuration closes every port.
      if (event.kind === "configured") for (const port of this.#functions.values()) port.restart();
      this.#watch.see(event);
    }
  }

  #transfer(urb: Submit): void {
    const endpoint = this.#endpoints.get(urb.endpoint | (urb.direction === "in" ? 0x80 : 0));
    const port = endpoint && this.#functions.get(endpoint.interface);
    if (!endpoint || !port) {
      this.#write(submitReply(urb, STALL));
      return;
    }
    if (endpoint.kind === "interrupt") this.#pending.set(urb.seqnum, urb);
    else if (this.#failed(urb, port)) return;
    else if (urb.direction === "out") this.#takeOut(port, urb);
    else {
      port.readers.push(urb);
      this.#feed(port);
    }
  }

  #failed(urb: Submit, port: SerialFunction): boolean {
    const fault = this.#modem.faults.get("urb-error");
    if (!fault || fault.direction !== urb.direction || !concerns(fault.interfaces, port.interface)) return false;
    this.#modem.faults.take("urb-error");
    this.#write(submitReply(urb, fault.status));
    return true;
  }

  #takeOut(port: SerialFunction, urb: Submit): void {
    if (this.#modem.faults.hangOf(port.interface)?.how === "pending") {
      port.blocked.push(urb);
      return;
    }
    this.#write(submitReply(urb, 0));
    port.session?.input(urb.data);
  }

  #send(port: SerialFunction, data: Buffer): void {
    port.queue(data);
    this.#feed(port);
  }

  #feed(port: SerialFunction): void {
    while (port.hasData) {
      const urb = port.readers.shift();
      if (!urb) return;
      this.#write(submitReply(urb, 0, port.take(urb.length)));
    }
  }

  /** -ECONNRESET says "taken back", 0 says "too late, it was answered" (usbip_protocol.rst). */
  #unlink(command: Unlink): void {
    const found = this.#pending.delete(command.victim) || this.#forget(command.victim);
    this.#write(unlinkReply(command, found ? UNLINKED : 0));
  }

  #forget(victim: number): boolean {
    for (const { readers, blocked } of this.#functions.values()) {
      for (const list of [readers, blocked]) {
        const at = list.findIndex((urb) => urb.seqnum === victim);
        if (at < 0) continue;
        list.splice(at, 1);
        return true;
      }
    }
    return false;
  }
}
