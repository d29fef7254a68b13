import { COMMON, QUECTEL, SIMCOM } from "../at/dialogues.ts";
import type { InterfaceRole, InterfaceSpec, ModemSpec, UsbSpec } from "./spec.ts";

/*
 * Interfaces and strings as in published `lsusb -v` listings: 1e0e:9001 in espressif/esp-protocols#133
 * (six interfaces, 258 octets of configuration, interface 0 with two endpoints), 2c7c:0125 likewise;
 * Linux's option driver takes interface 0 of the EC25 for DIAG only if it has exactly two endpoints.
 */

/** CDC header, call management, ACM and union descriptors that Qualcomm firmware puts on its serial ports. */
const SERIAL_EXTRA = "0524001001052401000004240202052406" + "0000";

function diag(number: number): InterfaceSpec {
  return { number, role: "diag", class: "ff/ff/ff", endpoints: ["in", "out"] };
}

function serial(number: number, role: InterfaceRole): InterfaceSpec {
  return { number, role, class: "ff/00/00", endpoints: ["interrupt", "in", "out"], extra: SERIAL_EXTRA };
}

function qmi(number: number): InterfaceSpec {
  return { number, role: "net", class: "ff/ff/ff", endpoints: ["interrupt", "in", "out"] };
}

const SIM7600_USB: UsbSpec = {
  id: "1e0e:9001",
  release: "0318",
  manufacturer: "SimTech, Incorporated",
  product: "SimTech, Incorporated",
  serial: "0123456789ABCDEF",
  interfaces: [diag(0), serial(1, "nmea"), serial(2, "at"), serial(3, "modem"), serial(4, "audio"), qmi(5)],
};

const DEFAULTS = {
  cmee: "0",
  creg: "0",
  cereg: "0",
  cfun: "1",
  cmgf: "0",
  operator: "Simnet",
  serviceCentre: "+491710760000",
  cell: "",
  signal: "20",
  temperature: "33",
};

export const SIM7600: ModemSpec = {
  name: "SIM7600",
  usb: SIM7600_USB,
  dialogues: [SIMCOM, COMMON],
  values: {
    ...DEFAULTS,
    manufacturer: "SIMCOM INCORPORATED",
    model: "SIMCOM_SIM7600G-H",
    firmware: "LE20B05SIM7600G22",
    subversion: "B05V01",
    pid: "9001,1,1",
    cnmi: "2,1,0,0,0",
    urcPort: "0",
  },
  // 1 is the UART, which has no end on USB.
  urcRoutes: { "0": ["at", "modem"], "1": [], "2": ["modem"], "3": ["at"] },
  bootLines: ["+CPIN: {sim}", "SMS DONE", "PB DONE"],
  memories: { ME: 23, SM: 50, SR: 20 },
  memory: "ME",
};

export const EC25: ModemSpec = {
  name: "EC25",
  usb: {
    id: "2c7c:0125",
    release: "0318",
    manufacturer: "Quectel",
    product: "EC25-E",
    interfaces: [diag(0), serial(1, "nmea"), serial(2, "at"), serial(3, "modem"), qmi(4)],
  },
  dialogues: [QUECTEL, COMMON],
  values: {
    ...DEFAULTS,
    manufacturer: "Quectel",
    model: "EC25",
    firmware: "EC25EFAR06A11M4G",
    subversion: "EC25EFAR06A11M4G_01.001.01.001",
    usbnet: "0",
    cnmi: "2,1,0,0,0",
    urcPort: '"usbat"',
  },
  urcRoutes: { '"usbat"': ["at"], '"usbmodem"': ["modem"], '"all"': ["at", "modem"], '"uart1"': [] },
  bootLines: ["+CPIN: {sim}", "+QIND: SMS DONE", "+QIND: PB DONE"],
  memories: { ME: 255, SM: 50, MT: 255, SR: 20 },
  memory: "ME",
};

/** The EC25 keeps its USB id when it is switched to RNDIS, but its serial ports move up by two. */
export const EC25_RNDIS: ModemSpec = {
  ...EC25,
  name: "EC25-RNDIS",
  usb: {
    ...EC25.usb,
    interfaces: [
      {
        number: 0,
        role: "net",
        class: "e0/01/03",
        endpoints: ["interrupt"],
        extra: "0524001001" + "0524010001" + "04240200" + "0524060001",
      },
      { number: 1, role: "net", class: "0a/00/00", endpoints: ["in", "out"] },
      diag(2),
      serial(3, "nmea"),
      serial(4, "at"),
      serial(5, "modem"),
    ],
  },
  values: { ...EC25.values, usbnet: "3" },
};

export const MODELS: Readonly<Record<string, ModemSpec>> = {
  SIM7600,
  EC25,
  "EC25-RNDIS": EC25_RNDIS,
};

/** A device given as data, for models nobody has heard of; what it leaves out is taken from `base`. */
export interface CustomSpec extends Partial<Omit<ModemSpec, "usb" | "values">> {
  readonly base?: string;
  readonly usb?: Partial<UsbSpec>;
  readonly values?: Readonly<Record<string, string>>;
}

/** @throws Error if there is no such model */
export function resolveModel(model: string | CustomSpec): ModemSpec {
  const custom: CustomSpec = typeof model === "string" ? { base: model } : model;
  const name = custom.base ?? "SIM7600";
  const base = MODELS[name];
  if (!base) throw new Error(`unknown model "${name}"; known: ${Object.keys(MODELS).join(", ")}`);
  const { base: _, usb, values, ...rest } = custom;
  return { ...base, ...rest, usb: { ...base.usb, ...usb }, values: { ...base.values, ...values } };
}
