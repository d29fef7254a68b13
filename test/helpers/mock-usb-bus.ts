import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { endProcess } from "./end-process.ts";
import { udevMessage } from "./udev-message.ts";

const ROOT_HUB = {
  path: "/devices/pci0000:00/0000:00:14.0/usb1",
  number: "001",
  descriptors: "12010002090001406B1D020017060302010109021900010100E0000904000001090000000705810304000C",
};
/** 1e0e:9001 with one vendor-specific interface. */
const MODEM = {
  path: `${ROOT_HUB.path}/1-2`,
  number: "002",
  descriptors: "12010002000000400E1E019018030102030109021200010100E0FA0904000000FFFFFF00",
};

function described({ path, number, descriptors }: typeof MODEM): string {
  const numbers = [
    `A: busnum=1\\n`,
    `A: devnum=${Number(number)}\\n`,
    `A: speed=480\\n`,
    `A: bConfigurationValue=1\\n`,
  ];
  const properties = Object.entries(propertiesOf({ path, number })).map(([key, value]) => `E: ${key}=${value}`);
  return [`P: ${path}`, `N: bus/usb/001/${number}`, ...properties, ...numbers, `H: descriptors=${descriptors}`].join(
    "\n",
  );
}

function propertiesOf({ path, number }: { readonly path: string; readonly number: string }) {
  const numbers = { BUSNUM: "001", DEVNUM: number, MAJOR: "189", MINOR: String(Number(number) - 1) };
  return { DEVPATH: path, SUBSYSTEM: "usb", DEVTYPE: "usb_device", DEVNAME: `/dev/bus/usb/001/${number}`, ...numbers };
}

/** A program that sees a USB bus of umockdev's making: a root hub and a modem 1e0e:9001 at 1-2. */
export interface MockUsbBus {
  /** Lines that the program has said, oldest first. */
  readonly lines: readonly string[];
  /** Tells libusb that the modem left and came back, so many times. */
  replug(times: number): void;
  say(line: string): void;
  close(): Promise<void>;
}

/** Runs `script` (TypeScript) under umockdev; its first line of output must be the bus's folder, `$UMOCKDEV_DIR`. */
export async function mockUsbBus(umockdev: string, script: string, ...args: readonly string[]): Promise<MockUsbBus> {
  const folder = mkdtempSync(join(tmpdir(), "mock-usb-"));
  const devices = join(folder, "devices.umockdev");
  writeFileSync(devices, `${described(ROOT_HUB)}\n\n${described(MODEM)}\n`);
  const program = [process.execPath, "--import", "tsx", script, ...args];
  const child = spawn(umockdev, ["--device", devices, "--", ...program], { stdio: ["pipe", "pipe", "ignore"] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const bus = await new Promise<string>((resolve, reject) => {
    reader.once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${script} ended with ${code}`)));
  });
  reader.on("line", (line) => lines.push(line));
  return {
    lines,
    replug: (times) => replug(bus, times),
    say: (line) => void child.stdin.write(`${line}\n`),
    close: async () => {
      child.stdin.end();
      await endProcess(child, "SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** umockdev makes a Unix socket of each netlink socket. Messages of one length let one socat send them all. */
function replug(bus: string, times: number): void {
  const gone = udevMessage({ ACTION: "remove", ...propertiesOf(MODEM), SEQNUM: "1" });
  // `remove` is three letters longer than `add`.
  const back = udevMessage({ ACTION: "add", ...propertiesOf(MODEM), SEQNUM: "1000" });
  if (gone.length !== back.length) throw new Error("messages differ in length");
  // From a file: a pipe may give a reader less than a whole message, and all that follow would be cut in the wrong places.
  const messages = join(bus, "messages");
  writeFileSync(messages, Buffer.concat(Array.from({ length: times }, () => [gone, back]).flat()));
  for (const socket of readdirSync(bus).filter((name) => name.startsWith("event"))) {
    const options = ["-u", "-b", String(gone.length), `OPEN:${messages},rdonly`, `UNIX-SENDTO:${join(bus, socket)}`];
    const { status, stderr } = spawnSync("socat", options, { encoding: "utf8" });
    // The socket of a program that has ended stays behind.
    if (status !== 0 && !stderr.includes("Connection refused")) throw new Error(`socat: ${stderr}`);
  }
}
