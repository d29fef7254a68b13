import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MonotonicClock, UsbControl, UsbDeviceState } from "../core/agent-ports.ts";
import { ModemkeeperError } from "../core/errors.ts";
import type { Exec } from "./exec.ts";

/** A dead device keeps the kernel busy for 84 s (measured); what has not worked by now does not. */
const LIMIT = 15_000;
const DEAUTHORIZED_SECONDS = 1;
const LONGEST_OFF = 600;

const DEVICE = /^\d{1,3}-\d{1,3}(\.\d{1,3}){0,6}$/;
/** uhubctl names a root hub by its bus alone. */
const ROOT_HUB = /^\d{1,3}$/;

/**
 * Writes one value, waits, writes another. A shell, because a write to sysfs can hang in the kernel, and then a process is
 * left behind rather than one of our threads. It ignores TERM, so that nothing stays switched off when we are stopped.
 * All that varies is an argument, never a part of the text.
 */
const PULSE = `trap '' TERM INT HUP
printf %s "$2" >"$1" || exit 1
sleep "$3"
printf %s "$4" >"$1"`;

/** Restarts USB devices by what the kernel offers in sysfs, by libusb, and by uhubctl. */
export class RealUsbControl implements UsbControl {
  readonly #exec: Exec;
  readonly #devices: string;
  readonly #clock: Pick<MonotonicClock, "now">;

  constructor(exec: Exec, sysfs: string, clock: Pick<MonotonicClock, "now">) {
    this.#exec = exec;
    this.#clock = clock;
    this.#devices = join(sysfs, "bus/usb/devices");
  }

  async state(sysName: string): Promise<UsbDeviceState | undefined> {
    const names = ["devnum", "power/control", "authorized", "power/connected_duration"];
    const folder = join(this.#devices, checked(sysName, isDevice, "a USB device"));
    const [number, control, authorized, duration] = await Promise.all(names.map((name) => attribute(folder, name)));
    if (number === undefined) return undefined;
    return {
      deviceNumber: Number(number),
      powerControl: control ?? "",
      authorized: authorized !== "0",
      ...(duration === undefined ? {} : { connectedAt: this.#clock.now() - Number(duration) }),
    };
  }

  async reset(sysName: string): Promise<void> {
    checked(sysName, isDevice, "a USB device");
    await this.#exec(process.execPath, [...resetScript(), sysName], { timeout: LIMIT });
  }

  async reauthorize(sysName: string): Promise<void> {
    const path = join(this.#devices, checked(sysName, isDevice, "a USB device"), "authorized");
    await this.#pulse(path, { off: "0", seconds: DEAUTHORIZED_SECONDS, on: "1" });
  }

  async cyclePower({ hub, port }: Parameters<UsbControl["cyclePower"]>[0], seconds: number): Promise<void> {
    checked(hub, isHub, "a USB hub");
    checked(String(port), isPort, "a port of a hub");
    const pause = Math.min(Math.max(1, Math.round(seconds)), LONGEST_OFF);
    const folder = join(this.#devices, ...portFolder(hub, port));
    if ((await attribute(folder, "disable")) !== undefined) {
      return this.#pulse(join(folder, "disable"), { off: "1", seconds: pause, on: "0" });
    }
    const place = ["-l", hub, "-p", String(port)];
    const timeout = LIMIT + pause * 1000;
    await this.#exec("uhubctl", [...place, "-a", "cycle", "-d", String(pause)], { timeout });
  }

  async rebootMachine(): Promise<void> {
    await this.#exec("systemctl", ["reboot"]);
  }

  async #pulse(path: string, { off, seconds, on }: Pulse): Promise<void> {
    const timeout = LIMIT + seconds * 1000;
    try {
      await this.#exec("sh", ["-c", PULSE, "sh", path, off, String(seconds), on], { timeout });
    } catch (error) {
      // Whatever became of it: nothing stays switched off. In the kernel this write waits behind the one that hangs.
      await this.#exec("sh", ["-c", 'printf %s "$2" >"$1"', "sh", path, on], { timeout: LIMIT }).catch(() => {});
      throw error;
    }
  }
}

interface Pulse {
  readonly off: string;
  readonly seconds: number;
  readonly on: string;
}

/** A port of a hub in sysfs: `usb1/1-0:1.0/usb1-port1`, `1-2/1-2:1.0/1-2-port3` (Documentation/ABI/testing/sysfs-bus-usb). */
function portFolder(hub: string, port: number): readonly string[] {
  const [name, firstInterface] = ROOT_HUB.test(hub) ? [`usb${hub}`, `${hub}-0:1.0`] : [hub, `${hub}:1.0`];
  return [name, firstInterface, `${name}-port${port}`];
}

function isDevice(name: string): boolean {
  return DEVICE.test(name);
}

function isHub(name: string): boolean {
  return DEVICE.test(name) || ROOT_HUB.test(name);
}

function isPort(port: string): boolean {
  return /^[1-9]\d?$/.test(port);
}

/** Names become parts of paths: only what the kernel itself would call one is let through. */
function checked(name: string, isOne: (name: string) => boolean, what: string): string {
  if (isOne(name)) return name;
  throw new ModemkeeperError("command-failed", `"${name}" is not the name of ${what}`);
}

async function attribute(folder: string, name: string): Promise<string | undefined> {
  return readFile(join(folder, name), "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** Arguments that make Node run `usb-reset`: from source its TypeScript has to be translated first. */
function resetScript(): readonly string[] {
  const script = fileURLToPath(
    new URL(`./usb-reset${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
  );
  return script.endsWith(".ts") ? ["--import", createRequire(import.meta.url).resolve("tsx"), script] : [script];
}
