import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { ModemkeeperError } from "../core/errors.ts";
import type { Udev } from "../core/ports.ts";
import type { Exec } from "./exec.ts";
import { interfaceFolders, ttyNames } from "./usb-sysfs.ts";

const SETTLE_SECONDS = 30;

/** udevd by its own tool. */
export class RealUdev implements Udev {
  readonly #exec: Exec;
  readonly #root: string;
  readonly #sysfs: string;

  constructor(exec: Exec, root: string, sysfs: string) {
    this.#exec = exec;
    this.#root = root;
    this.#sysfs = sysfs;
  }

  /** udevd makes its control socket when it starts (systemd's own test for it, too). */
  async running(): Promise<boolean> {
    if (this.#root !== "/") return false;
    return lstat("/run/udev/control").then(
      () => true,
      () => false,
    );
  }

  async reloadRules(): Promise<void> {
    await this.#assertRunning("udevadm control --reload");
    await this.#exec("udevadm", ["control", "--reload"]);
  }

  async trigger(sysNames: readonly string[]): Promise<void> {
    await this.#assertRunning("udevadm trigger");
    const paths = (await Promise.all(sysNames.map((name) => this.#withTerminals(name)))).flat();
    if (paths.length > 0) await this.#exec("udevadm", ["trigger", "--action=change", ...paths]);
    const timeout = (SETTLE_SECONDS + 5) * 1000;
    await this.#exec("udevadm", ["settle", `--timeout=${SETTLE_SECONDS}`], { timeout });
  }

  async loadModule(name: string): Promise<void> {
    await this.#exec("modprobe", ["--", name]);
  }

  async applyTmpfiles(path: string): Promise<void> {
    await this.#assertRunning("systemd-tmpfiles");
    await this.#exec("systemd-tmpfiles", ["--create", path]);
  }

  /** The device itself (ModemManager's flag and power control are set on it) and each of its terminals. */
  async #withTerminals(sysName: string): Promise<readonly string[]> {
    const device = await realpath(join(this.#sysfs, "bus/usb/devices", sysName)).catch(() => undefined);
    // Unplugged meanwhile: its return is an event of its own.
    if (device === undefined) return [];
    const folders = await interfaceFolders(device);
    const ttys = (await Promise.all(folders.map((folder) => ttyNames(folder)))).flat();
    return [device, ...ttys.map((tty) => join(this.#sysfs, "class/tty", tty))];
  }

  async #assertRunning(command: string): Promise<void> {
    if (await this.running()) return;
    throw new ModemkeeperError("precondition-missing", `no udevd runs in ${this.#root}`, {
      why: `\`${command}\` needs it`,
    });
  }
}
