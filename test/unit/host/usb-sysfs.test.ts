import { execFileSync } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { RealUdev } from "../../../host/udev.ts";
import { SysfsUsbBus } from "../../../host/usb-sysfs.ts";
import { recordingExec, scratchFolder } from "./scratch.ts";

interface FakeInterface {
  readonly class: string;
  readonly driver?: string;
  readonly tty?: string;
}

/** A folder of sysfs that is a device of `subsystem` (none: a device without one, such as a PCI root). */
async function device(sysfs: string, path: string, subsystem?: string): Promise<string> {
  const folder = join(sysfs, "devices", path);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "uevent"), "");
  if (subsystem) await symlink(relative(folder, join(sysfs, "bus", subsystem)), join(folder, "subsystem"));
  return folder;
}

async function usbDevice(sysfs: string, path: string, ids: string, interfaces: readonly FakeInterface[]) {
  const folder = await device(sysfs, path, "usb");
  const name = basename(folder);
  const [vendor = "", product = ""] = ids.split(":");
  await writeFile(join(folder, "idVendor"), `${vendor}\n`);
  await writeFile(join(folder, "idProduct"), `${product}\n`);
  await writeFile(join(folder, "product"), "SimTech, Incorporated\u0007\n");
  await mkdir(join(sysfs, "bus/usb/devices"), { recursive: true });
  await symlink(relative(join(sysfs, "bus/usb/devices"), folder), join(sysfs, "bus/usb/devices", name));
  for (const [number, entry] of interfaces.entries()) await usbInterface(folder, number, entry);
}

async function usbInterface(folder: string, number: number, entry: FakeInterface) {
  const own = join(folder, `${basename(folder)}:1.${number}`);
  await mkdir(own);
  const [main = "", sub = "", protocol = ""] = entry.class.split("/");
  await writeFile(join(own, "bInterfaceNumber"), `${number.toString(16).padStart(2, "0")}\n`);
  await writeFile(join(own, "bInterfaceClass"), `${main}\n`);
  await writeFile(join(own, "bInterfaceSubClass"), `${sub}\n`);
  await writeFile(join(own, "bInterfaceProtocol"), `${protocol}\n`);
  if (entry.driver) await symlink(`../../../../../bus/usb/drivers/${entry.driver}`, join(own, "driver"));
  if (entry.tty?.startsWith("ttyUSB")) await mkdir(join(own, entry.tty, "tty", entry.tty), { recursive: true });
  if (entry.tty?.startsWith("ttyACM")) await mkdir(join(own, "tty", entry.tty), { recursive: true });
}

const SERIAL: readonly FakeInterface[] = [
  { class: "ff/ff/ff", driver: "option", tty: "ttyUSB0" },
  { class: "ff/00/00", driver: "option", tty: "ttyUSB1" },
  { class: "ff/00/00", driver: "option", tty: "ttyUSB2" },
];

// How real controllers nest in sysfs, and the ID_PATH that the rules of path_id make of it.
test.each([
  ["a Jetson", [["platform/3610000.usb", "platform"]], "platform-3610000.usb-usb-0:2.1"],
  [
    "a Jetson with a bus above",
    [
      ["platform/bus@0", "platform"],
      ["platform/bus@0/3610000.usb", "platform"],
    ],
    "platform-3610000.usb-usb-0:2.1",
  ],
  [
    "a PC",
    [
      ["pci0000:00", undefined],
      ["pci0000:00/0000:00:14.0", "pci"],
    ],
    "pci-0000:00:14.0-usb-0:2.1",
  ],
  [
    "a PC with bridges",
    [
      ["pci0000:00", undefined],
      ["pci0000:00/0000:00:1c.0", "pci"],
      ["pci0000:00/0000:00:1c.0/0000:02:00.0", "pci"],
    ],
    "pci-0000:02:00.0-usb-0:2.1",
  ],
  [
    "a Raspberry Pi 4",
    [
      ["platform/scb", "platform"],
      ["platform/scb/fd500000.pcie", "platform"],
      ["platform/scb/fd500000.pcie/pci0000:00", undefined],
      ["platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0", "pci"],
      ["platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0", "pci"],
    ],
    "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:2.1",
  ],
  ["a virtual controller", [["platform/vhci_hcd.0", "platform"]], "platform-vhci_hcd.0-usb-0:2.1"],
] as const)("on %s the port is %3$s", async (_, parents, port) => {
  const sysfs = await scratchFolder();
  for (const [path, subsystem] of parents) await device(sysfs, path, subsystem);
  const controller = parents.at(-1)?.[0] ?? "";
  await device(sysfs, `${controller}/usb1`, "usb");
  await device(sysfs, `${controller}/usb1/1-2`, "usb");
  await usbDevice(sysfs, `${controller}/usb1/1-2/1-2.1`, "1e0e:9001", SERIAL);
  const [modem] = await new SysfsUsbBus(sysfs).attached();
  expect(modem?.port).toBe(port);
});

test("a modem is shown with ids, cleaned strings, and each interface's class, driver and tty", async () => {
  const sysfs = await scratchFolder();
  await usbDevice(sysfs, "platform/x/usb1/1-1", "1e0e:9001", SERIAL);
  expect(await new SysfsUsbBus(sysfs).attached()).toEqual([
    {
      usb: "1e0e:9001",
      sysName: "1-1",
      port: "usb-0:1",
      product: "SimTech, Incorporated",
      interfaces: [
        { number: 0, class: "ff/ff/ff", driver: "option", tty: "ttyUSB0" },
        { number: 1, class: "ff/00/00", driver: "option", tty: "ttyUSB1" },
        { number: 2, class: "ff/00/00", driver: "option", tty: "ttyUSB2" },
      ],
    },
  ]);
});

test("cdc_acm's ttys are found, interface numbers are hexadecimal, an interface without a driver has neither", async () => {
  const sysfs = await scratchFolder();
  const acm = { class: "02/02/01", driver: "cdc_acm", tty: "ttyACM0" };
  await usbDevice(sysfs, "platform/x/usb1/1-1", "1546:1102", [acm, ...Array(10).fill({ class: "0a/00/00" })]);
  const [modem] = await new SysfsUsbBus(sysfs).attached();
  expect(modem?.interfaces[0]).toEqual({ number: 0, class: "02/02/01", driver: "cdc_acm", tty: "ttyACM0" });
  expect(modem?.interfaces[10]).toEqual({ number: 10, class: "0a/00/00" });
});

test("keyboards, hubs and root hubs are not modems; no USB at all is an empty bus", async () => {
  const sysfs = await scratchFolder();
  expect(await new SysfsUsbBus(sysfs).attached()).toEqual([]);
  await usbDevice(sysfs, "platform/x/usb1", "1d6b:0002", [{ class: "09/00/00" }]);
  await usbDevice(sysfs, "platform/x/usb1/1-1", "046d:c31c", [{ class: "03/01/01" }]);
  expect(await new SysfsUsbBus(sysfs).attached()).toEqual([]);
});

test("what is unplugged while we look is left out", async () => {
  const sysfs = await scratchFolder();
  await mkdir(join(sysfs, "bus/usb/devices"), { recursive: true });
  await symlink("../../../devices/gone/1-1", join(sysfs, "bus/usb/devices/1-1"));
  expect(await new SysfsUsbBus(sysfs).attached()).toEqual([]);
});

test("udev is not asked where no udevd can listen", async () => {
  const sysfs = await scratchFolder();
  const { exec, lines } = recordingExec();
  const udev = new RealUdev(exec, dirname(sysfs), sysfs);
  await expect(udev.trigger(["1-1"])).rejects.toMatchObject({ code: "precondition-missing" });
  await expect(udev.reloadRules()).rejects.toMatchObject({ code: "precondition-missing" });
  await expect(udev.applyTmpfiles("/etc/tmpfiles.d/x.conf")).rejects.toMatchObject({ code: "precondition-missing" });
  expect(lines()).toEqual([]);
});

test("a device whose strings cannot be read for now keeps nobody waiting, and is asked but once", async () => {
  const sysfs = await scratchFolder();
  await usbDevice(sysfs, "pci0000:00/usb1/1-2", "1e0e:9001", SERIAL);
  const folder = join(sysfs, "devices/pci0000:00/usb1/1-2");
  await rm(join(folder, "product"));
  // A FIFO keeps its reader as the kernel does who reads a device's strings while it is being reset.
  execFileSync("mkfifo", [join(folder, "product")]);
  const bus = new SysfsUsbBus(sysfs);
  for (let look = 0; look < 6; look++) {
    const [modem] = await bus.attached();
    expect(modem).toMatchObject({ usb: "1e0e:9001", sysName: "1-2" });
    expect(modem?.product).toBeUndefined();
  }
  // One reader takes it all; a second would find nothing and wait for ever.
  await writeFile(join(folder, "product"), "SIM7600\n");
  await expect.poll(async () => (await bus.attached())[0]?.product).toBe("SIM7600");
});

test("a device that the kernel may not use shows no interface, and is seen; one that has none by itself is not", async () => {
  const sysfs = await scratchFolder();
  await usbDevice(sysfs, "platform/usb/usb1/1-1", "1e0e:9001", []);
  await usbDevice(sysfs, "platform/usb/usb1/1-2", "1e0e:9001", []);
  await writeFile(join(sysfs, "bus/usb/devices/1-1/authorized"), "0\n");
  await writeFile(join(sysfs, "bus/usb/devices/1-2/authorized"), "1\n");
  const found = await new SysfsUsbBus(sysfs).attached();
  expect(found.map(({ sysName, interfaces }) => [sysName, interfaces])).toEqual([["1-1", []]]);
});
