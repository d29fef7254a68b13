import { lstat, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Buses that name themselves in ID_PATH as `subsystem-name`. */
const NAMED = ["pci", "platform", "acpi", "xen"];

/**
 * The stable path of a USB device's port: udev's ID_PATH without the interface, e.g. `pci-0000:00:14.0-usb-0:2`.
 * Does what udev's path_id builtin does (systemd, udev-builtin-path_id.c): from the device up to the root, each known
 * bus puts its name in front once, however many devices of that bus follow one another.
 * `device` is the device's real path below `sysfs`.
 */
export async function usbPortPath(device: string, sysfs: string): Promise<string> {
  const top = join(await realpath(sysfs), "devices");
  const parts: string[] = [];
  let current = device;
  while (current.startsWith(`${top}/`)) {
    const subsystem = await subsystemOf(current);
    if (subsystem === undefined) {
      current = dirname(current);
      continue;
    }
    const part = nameIn(subsystem, basename(current));
    if (part !== undefined) parts.unshift(part);
    current = await aboveSubsystem(current, subsystem, top);
  }
  return parts.join("-");
}

function nameIn(subsystem: string, sysName: string): string | undefined {
  // The bus number changes from boot to boot; what follows it is the port.
  if (subsystem === "usb") return `usb-0:${sysName.slice(sysName.indexOf("-") + 1)}`;
  return NAMED.includes(subsystem) ? `${subsystem}-${sysName}` : undefined;
}

/** The parent of the last ancestor that belongs to `subsystem` without a gap. */
async function aboveSubsystem(device: string, subsystem: string, top: string): Promise<string> {
  let current = dirname(device);
  while (current.startsWith(`${top}/`)) {
    const own = await subsystemOf(current);
    if (own !== undefined && own !== subsystem) break;
    // A folder without a subsystem ends a row of PCI bridges, too, unless it is no device at all (`ports/`).
    if (own === undefined && (await isDevice(current))) break;
    current = dirname(current);
  }
  return current;
}

async function subsystemOf(folder: string): Promise<string | undefined> {
  const link = await readlink(join(folder, "subsystem")).catch(() => undefined);
  return link === undefined ? undefined : basename(link);
}

/** Each device has a `uevent` file; plain folders of sysfs have none. */
async function isDevice(folder: string): Promise<boolean> {
  return lstat(join(folder, "uevent")).then(
    () => true,
    () => false,
  );
}
