import type { InterfaceSpec, UsbSpec } from "../modem/spec.ts";

/** Descriptor types and layouts: USB 2.0 specification, chapter 9. */
export const DESCRIPTOR = { device: 1, configuration: 2, string: 3 } as const;

const INTERFACE = 4;
const ENDPOINT = 5;
const BULK = 2;
const INTERRUPT = 3;
const BULK_PACKET = 512;
const INTERRUPT_PACKET = 10;
const INTERRUPT_INTERVAL = 9;
/** Bus powered with remote wake-up, 500 mA, as the modules say of themselves. */
const ATTRIBUTES = 0xa0;
const MILLIAMPERES = 500;

export interface EndpointAddress {
  readonly interface: number;
  readonly kind: "in" | "out" | "interrupt";
  /** With bit 7 for IN. */
  readonly address: number;
}

/** Endpoint addresses in the order of the interfaces, counted separately per direction from 1. */
export function endpointsOf(usb: UsbSpec): EndpointAddress[] {
  let lastIn = 0;
  let lastOut = 0;
  return usb.interfaces.flatMap((spec) =>
    spec.endpoints.map((kind) => {
      const address = kind === "out" ? ++lastOut : 0x80 | ++lastIn;
      return { interface: spec.number, kind, address };
    }),
  );
}

export function deviceDescriptor(usb: UsbSpec): Buffer {
  const [vendor = 0, product = 0] = usb.id.split(":").map((part) => Number.parseInt(part, 16));
  const out = Buffer.alloc(18);
  out[0] = out.length;
  out[1] = DESCRIPTOR.device;
  out.writeUInt16LE(0x0200, 2);
  out[7] = 64;
  out.writeUInt16LE(vendor, 8);
  out.writeUInt16LE(product, 10);
  out.writeUInt16LE(Number.parseInt(usb.release, 16), 12);
  STRINGS.forEach((name, index) => {
    out[14 + index] = usb[name] === undefined ? 0 : index + 1;
  });
  out[17] = 1;
  return out;
}

export function configurationDescriptor(usb: UsbSpec): Buffer {
  const endpoints = endpointsOf(usb);
  const interfaces = usb.interfaces.map((spec) =>
    interfaceDescriptors(
      spec,
      endpoints.filter((endpoint) => endpoint.interface === spec.number),
    ),
  );
  const head = Buffer.from([
    9,
    DESCRIPTOR.configuration,
    0,
    0,
    usb.interfaces.length,
    1,
    0,
    ATTRIBUTES,
    MILLIAMPERES / 2,
  ]);
  const all = Buffer.concat([head, ...interfaces]);
  all.writeUInt16LE(all.length, 2);
  return all;
}

function interfaceDescriptors(spec: InterfaceSpec, endpoints: readonly EndpointAddress[]): Buffer {
  const triple = spec.class.split("/").map((part) => Number.parseInt(part, 16));
  return Buffer.concat([
    Buffer.from([9, INTERFACE, spec.number, 0, endpoints.length, ...triple, 0]),
    Buffer.from(spec.extra ?? "", "hex"),
    ...endpoints.map(endpointDescriptor),
  ]);
}

function endpointDescriptor({ kind, address }: EndpointAddress): Buffer {
  const isInterrupt = kind === "interrupt";
  const out = Buffer.from([
    7,
    ENDPOINT,
    address,
    isInterrupt ? INTERRUPT : BULK,
    0,
    0,
    isInterrupt ? INTERRUPT_INTERVAL : 0,
  ]);
  out.writeUInt16LE(isInterrupt ? INTERRUPT_PACKET : BULK_PACKET, 4);
  return out;
}

/** String descriptors by index, from 1. */
const STRINGS = ["manufacturer", "product", "serial"] as const;

const ENGLISH = Buffer.from([4, DESCRIPTOR.string, 0x09, 0x04]);

/** String descriptor by index; index 0 lists the languages. Undefined if there is none. */
export function stringDescriptor(usb: UsbSpec, index: number): Buffer | undefined {
  if (index === 0) return ENGLISH;
  const name = STRINGS[index - 1];
  const text = name && usb[name];
  if (text === undefined) return undefined;
  const body = Buffer.from(text, "utf16le");
  return Buffer.concat([Buffer.from([body.length + 2, DESCRIPTOR.string]), body]);
}
