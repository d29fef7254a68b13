import type { UsbSpec } from "../modem/spec.ts";
import { configurationDescriptor, DESCRIPTOR, deviceDescriptor, stringDescriptor } from "./descriptors.ts";

/** A control request taken apart (USB 2.0, 9.3). */
export interface Setup {
  readonly type: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

export function readSetup(octets: Buffer): Setup {
  return {
    type: octets[0] ?? 0,
    request: octets[1] ?? 0,
    value: octets.readUInt16LE(2),
    index: octets.readUInt16LE(4),
    length: octets.readUInt16LE(6),
  };
}

/** Something the host did to the device that the modem may care about. */
export type ControlEvent =
  /** First device descriptor after a port reset: hub_port_init() asks for 64 or 8 octets, nobody else does. */
  | { readonly kind: "bus-reset" }
  /** A host that meets the device for the first time asks for its languages. */
  | { readonly kind: "introduced" }
  | { readonly kind: "configured"; readonly value: number }
  | { readonly kind: "line-state"; readonly interface: number; readonly dtr: boolean };

export interface ControlAnswer {
  /** Undefined: stall. */
  readonly data: Buffer | undefined;
  readonly event?: ControlEvent;
}

const STANDARD_IN = 0x80;
const EMPTY: Buffer = Buffer.alloc(0);
const ACCEPT: ControlAnswer = { data: EMPTY };
const STALL: ControlAnswer = { data: undefined };

const GET_STATUS = 0;
const CLEAR_FEATURE = 1;
const SET_FEATURE = 3;
const GET_DESCRIPTOR = 6;
const GET_CONFIGURATION = 8;
const SET_CONFIGURATION = 9;
const GET_INTERFACE = 10;
const SET_INTERFACE = 11;

/** CDC requests to an interface (CDC 1.2, 6.2; PSTN 1.2, 6.3). */
const CLASS_OUT_TO_INTERFACE = 0x21;
const SEND_ENCAPSULATED_COMMAND = 0x00;
const SET_LINE_CODING = 0x20;
const SET_CONTROL_LINE_STATE = 0x22;
const DTR = 1;

/** Answers a control request; what the device does not know it stalls. */
export function answerControl(usb: UsbSpec, configuration: number, setup: Setup): ControlAnswer {
  if (setup.type === CLASS_OUT_TO_INTERFACE) return answerClass(setup);
  if ((setup.type & 0x60) !== 0) return STALL;
  return setup.type & STANDARD_IN ? answerRead(usb, configuration, setup) : answerWrite(setup);
}

function answerRead(usb: UsbSpec, configuration: number, setup: Setup): ControlAnswer {
  switch (setup.request) {
    case GET_STATUS:
      return { data: Buffer.from([0, 0]) };
    case GET_CONFIGURATION:
      return { data: Buffer.from([configuration]) };
    case GET_INTERFACE:
      return { data: Buffer.from([0]) };
    case GET_DESCRIPTOR:
      return answerDescriptor(usb, setup);
    default:
      return STALL;
  }
}

function answerDescriptor(usb: UsbSpec, setup: Setup): ControlAnswer {
  const type = setup.value >> 8;
  const index = setup.value & 0xff;
  if (type === DESCRIPTOR.device) {
    const data = deviceDescriptor(usb).subarray(0, setup.length);
    const afterReset = setup.length === 64 || setup.length === 8;
    return afterReset ? { data, event: { kind: "bus-reset" } } : { data };
  }
  if (type === DESCRIPTOR.configuration) return { data: configurationDescriptor(usb).subarray(0, setup.length) };
  if (type !== DESCRIPTOR.string) return STALL;
  const data = stringDescriptor(usb, index)?.subarray(0, setup.length);
  return index === 0 ? { data, event: { kind: "introduced" } } : { data };
}

function answerWrite(setup: Setup): ControlAnswer {
  switch (setup.request) {
    case SET_CONFIGURATION:
      return { data: EMPTY, event: { kind: "configured", value: setup.value } };
    case CLEAR_FEATURE:
    case SET_FEATURE:
    case SET_INTERFACE:
      return ACCEPT;
    default:
      return STALL;
  }
}

function answerClass(setup: Setup): ControlAnswer {
  switch (setup.request) {
    case SET_CONTROL_LINE_STATE:
      return {
        data: EMPTY,
        event: { kind: "line-state", interface: setup.index & 0xff, dtr: (setup.value & DTR) !== 0 },
      };
    case SET_LINE_CODING:
    case SEND_ENCAPSULATED_COMMAND:
      return ACCEPT;
    default:
      return STALL;
  }
}
