import type { AgentHost, UsbDeviceState } from "../../../core/agent-ports.ts";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { DriverFacts, UsbFacts, UsbNode } from "../facts.ts";
import type { Look } from "./look.ts";

const DEVICES = "/sys/bus/usb/devices";
/** `1-2.1` is a device, `usb1` a root hub, `1-2.1:1.0` an interface. */
const DEVICE = /^(\d+-[\d.]+|usb\d+)$/;
const HUB_CLASS = "09";
/** Weeks of an ordinary machine, minutes of one whose modem drops off the bus all the time: these are the newest. */
const KERNEL_LINES = 20_000;

export async function gatherUsb({ host, see }: Look): Promise<UsbFacts> {
  const [attached, tree, states, driver, kernel] = await Promise.all([
    see("the USB bus", () => host.usb.attached()),
    see("the USB bus", () => usbTree(host)),
    see("the state of USB devices", () => deviceStates(host)),
    see("the kernel's modules", () => driverFacts(host)),
    see("the kernel's messages", () => kernelLines(host)),
  ]);
  return { attached, tree, states, driver, kernel };
}

async function usbTree(host: AgentHost): Promise<readonly UsbNode[]> {
  const names = (await host.files.list(DEVICES)).filter((name) => DEVICE.test(name));
  const nodes = await Promise.all(names.map((name) => usbNode(host, name)));
  return nodes.flatMap((node) => node ?? []);
}

/** Only what the kernel answers by itself: strings and `bMaxPower` would wait for a device that is being reset. */
async function usbNode(host: AgentHost, sysName: string): Promise<UsbNode | undefined> {
  const names = ["idVendor", "idProduct", "speed", "version", "bDeviceClass"];
  const read = (name: string) => textOf(host, `${DEVICES}/${sysName}/${name}`);
  const [vendor, product, speed, version, deviceClass] = await Promise.all(names.map(read));
  // Gone while we looked.
  if (!vendor || !product) return undefined;
  const usbVersion = number(version);
  return {
    sysName,
    usb: `${vendor}:${product}`,
    ...optional("speed", number(speed)),
    ...optional("version", usbVersion),
    isHub: deviceClass === HUB_CLASS,
    ...(await powerOf(host, sysName, number(speed) ?? 0)),
  };
}

const DEVICE_DESCRIPTOR = 18;
/** Offsets in the first configuration's descriptor (USB 2.0, table 9-10). */
const ATTRIBUTES = 7;
const MAX_POWER = 8;
const SELF_POWERED = 0x40;
const SUPERSPEED = 5000;

/** From the descriptors that the kernel keeps: the attributes of the same names ask for the device's lock. */
async function powerOf(
  host: AgentHost,
  sysName: string,
  speed: number,
): Promise<Pick<UsbNode, "selfPowered" | "mostCurrent">> {
  const entry = await host.files.read(`${DEVICES}/${sysName}/descriptors`);
  if (entry?.kind !== "file") return {};
  const bytes = Buffer.from(entry.content, entry.encoding ?? "utf8").subarray(DEVICE_DESCRIPTOR);
  const [attributes, power] = [bytes[ATTRIBUTES], bytes[MAX_POWER]];
  if (attributes === undefined || power === undefined) return {};
  // In units of 2 mA, of 8 mA at SuperSpeed (USB 3.2, table 9-22).
  const unit = speed >= SUPERSPEED ? 8 : 2;
  return { selfPowered: (attributes & SELF_POWERED) !== 0, mostCurrent: power * unit };
}

async function deviceStates(host: AgentHost): Promise<Readonly<Record<string, UsbDeviceState>>> {
  const attached = await host.usb.attached();
  const states = await Promise.all(
    attached.map(async ({ sysName }) => [sysName, await host.usbControl.state(sysName)] as const),
  );
  return Object.fromEntries(states.flatMap(([name, state]) => (state ? [[name, state] as const] : [])));
}

async function driverFacts(host: AgentHost): Promise<DriverFacts> {
  const release = await textOf(host, "/proc/sys/kernel/osrelease");
  if (release === "") throw new ModemkeeperError("precondition-missing", "the kernel does not say its release");
  const folder = `/lib/modules/${release}`;
  const [module, driver, listed, builtin] = await Promise.all([
    host.files.read("/sys/module/option"),
    // Built in without parameters, it has no folder under /sys/module.
    host.files.read("/sys/bus/usb-serial/drivers/option1"),
    textOf(host, `${folder}/modules.dep`),
    textOf(host, `${folder}/modules.builtin`),
  ]);
  const lists = `${listed}\n${builtin}`;
  return {
    release,
    loaded: module !== undefined || driver !== undefined,
    available: lists.trim() === "" ? undefined : /\/option\.ko(\.\w+)?(:|$)/m.test(lists),
    forbiddenBy: await forbidding(host),
  };
}

const MODPROBE = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"];
const FORBIDS = /^\s*(blacklist\s+option\b|install\s+option\s+\S*(false|true)\b)/m;

async function forbidding(host: AgentHost): Promise<readonly string[]> {
  const folders = await Promise.all(
    MODPROBE.map(async (folder) => (await host.files.list(folder)).map((name) => `${folder}/${name}`)),
  );
  const paths = folders.flat().filter((path) => path.endsWith(".conf"));
  const texts = await Promise.all(paths.map((path) => textOf(host, path)));
  return paths.filter((_, index) => FORBIDS.test(texts[index] ?? ""));
}

async function kernelLines(host: AgentHost): Promise<readonly string[]> {
  const text = await host.inspection.kernelLog(KERNEL_LINES);
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** Trimmed; empty for what is not there. */
async function textOf(host: AgentHost, path: string): Promise<string> {
  const entry = await host.files.read(path);
  return entry?.kind === "file" ? entry.content.trim() : "";
}

function number(text: string | undefined): number | undefined {
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function optional<K extends string>(key: K, value: number | undefined): { readonly [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: number });
}
