import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import type { AttachedModem, UsbInterface } from "../core/model/attached-modem.ts";
import type { UsbBus } from "../core/ports.ts";
import { usbPortPath } from "./usb-port-path.ts";
import { within } from "./within.ts";

/** Vendor-specific and communication: what modems show (usb.org, defined class codes). */
const MODEM_CLASSES = ["ff", "02"];

/** A device that is being reset keeps us no longer than this. */
const STRINGS_TIMEOUT = 500;

type Strings = Pick<AttachedModem, "product" | "manufacturer">;

/** The USB bus as sysfs shows it (Documentation/ABI/stable/sysfs-bus-usb). The root is a parameter, so that tests can bring their own. */
export class SysfsUsbBus implements UsbBus {
  readonly #sysfs: string;
  readonly #strings = new Map<string, { readonly number: string; readonly reading: Promise<Strings> }>();

  constructor(sysfs: string) {
    this.#sysfs = sysfs;
  }

  async attached(): Promise<readonly AttachedModem[]> {
    const folder = join(this.#sysfs, "bus/usb/devices");
    // `1-2.1` is a device, `1-2.1:1.0` an interface, `usb1` a root hub.
    const names = (await namesIn(folder)).filter((name) => /^\d+-[\d.]+$/.test(name));
    const modems = await Promise.all(names.map((name) => this.#device(join(folder, name), name)));
    return modems.filter((modem) => modem !== undefined);
  }

  /** Undefined for what is no modem, or went away while we looked. */
  async #device(link: string, sysName: string): Promise<AttachedModem | undefined> {
    const path = await realpath(link).catch(() => undefined);
    if (path === undefined) return undefined;
    const folders = await interfaceFolders(path);
    const interfaces = (await Promise.all(folders.map(readInterface))).filter((entry) => entry !== undefined);
    const isModem = interfaces.some((entry) => MODEM_CLASSES.includes(entry.class.slice(0, 2)));
    if (!isModem && !(interfaces.length === 0 && (await isUnauthorized(path)))) return undefined;
    const ids = ["idVendor", "idProduct", "devnum"].map((name) => attribute(path, name));
    const [vendor, product, number] = await Promise.all(ids);
    if (vendor === undefined || product === undefined) return undefined;
    return {
      usb: `${vendor}:${product}`,
      sysName,
      port: await usbPortPath(path, this.#sysfs),
      ...(await this.#stringsOf(path, sysName, number ?? "")),
      interfaces: interfaces.sort((a, b) => a.number - b.number),
    };
  }

  /**
   * Read once for each device number: unlike all else here, reading these takes the device's lock, which the kernel keeps
   * for as long as it tries to reset a dead device (usb_string_attr, drivers/usb/core/sysfs.c; 84 s measured).
   */
  async #stringsOf(path: string, sysName: string, number: string): Promise<Strings> {
    const known = this.#strings.get(sysName);
    const reading = known?.number === number ? known.reading : readStrings(path);
    this.#strings.set(sysName, { number, reading });
    return (await within(STRINGS_TIMEOUT, reading)) ?? {};
  }
}

/** The kernel uses no interface of such a device, which may be a modem whose reset was cut off (`authorized` 0, then 1). */
async function isUnauthorized(path: string): Promise<boolean> {
  return (await attribute(path, "authorized")) === "0";
}

/** Folders of a device's interfaces in its active configuration: `…/1-2/1-2:1.0`. */
export async function interfaceFolders(device: string): Promise<readonly string[]> {
  const prefix = `${basename(device)}:`;
  return (await namesIn(device)).filter((name) => name.startsWith(prefix)).map((name) => join(device, name));
}

/** Terminals of one interface: usb-serial makes a child `ttyUSB2`, cdc_acm a folder `tty/` with `ttyACM0` in it. */
export async function ttyNames(interfaceFolder: string): Promise<readonly string[]> {
  const children = await namesIn(interfaceFolder);
  const serial = children.filter((name) => /^tty[A-Za-z]+\d+$/.test(name));
  return children.includes("tty") ? [...serial, ...(await namesIn(join(interfaceFolder, "tty")))] : serial;
}

async function readStrings(path: string): Promise<Strings> {
  return {
    ...optional("product", await attribute(path, "product")),
    ...optional("manufacturer", await attribute(path, "manufacturer")),
  };
}

async function readInterface(folder: string): Promise<UsbInterface | undefined> {
  const names = ["bInterfaceNumber", "bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"];
  const [number, ...triple] = await Promise.all(names.map((name) => attribute(folder, name)));
  if (number === undefined || triple.includes(undefined)) return undefined;
  const driver = await readlink(join(folder, "driver")).catch(() => undefined);
  return {
    number: Number.parseInt(number, 16),
    class: triple.join("/"),
    ...optional("driver", driver && basename(driver)),
    ...optional("tty", (await ttyNames(folder))[0]),
  };
}

/** Strings come from the device: untrusted, so control characters are dropped and the length is bounded. */
async function attribute(folder: string, name: string): Promise<string | undefined> {
  const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
  const clean = text
    ?.replace(/\p{Cc}/gu, "")
    .trim()
    .slice(0, 126);
  return clean === "" ? undefined : clean;
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: string });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
