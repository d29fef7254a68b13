import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Host } from "../core/ports.ts";
import { RealAccounts } from "./accounts.ts";
import { realClock } from "./clock.ts";
import type { Exec } from "./exec.ts";
import { RealFiles } from "./files.ts";
import { FlockLocks } from "./locks.ts";
import { RealPackages } from "./packages.ts";
import { programFiles } from "./program-files.ts";
import { pathResolver } from "./rooted-path.ts";
import { RealSecrets } from "./secrets.ts";
import { RealServices } from "./services.ts";
import { RealSmsd } from "./smsd.ts";
import { RealUdev } from "./udev.ts";
import { SysfsUsbBus } from "./usb-sysfs.ts";
import { zxExec } from "./zx-exec.ts";

export interface RealHostOptions {
  /** The folder of an image build; this machine itself if not given. */
  readonly root?: string;
  /** Where sysfs and proc are mounted; parameters so that tests can bring their own. */
  readonly sysfs?: string;
  readonly proc?: string;
  /** How commands are run; by zx if not given. */
  readonly exec?: Exec;
}

/** This machine, or the folder that will become one. An image has neither USB devices nor processes of its own. */
export async function realHost(options: RealHostOptions = {}): Promise<Host> {
  const root = resolve(options.root ?? "/");
  const sysfs = options.sysfs ?? (root === "/" ? "/sys" : `${root}/sys`);
  const proc = options.proc ?? (root === "/" ? "/proc" : `${root}/proc`);
  const { exec = zxExec } = options;
  const files = new RealFiles(root);
  return {
    root,
    files,
    packages: new RealPackages(exec, root),
    accounts: new RealAccounts(exec, root),
    services: new RealServices(exec, files, root),
    udev: new RealUdev(exec, root, sysfs),
    usb: new SysfsUsbBus(sysfs),
    smsd: new RealSmsd(root, proc),
    secrets: new RealSecrets(root),
    locks: new FlockLocks(exec, root),
    clock: realClock,
    program: await programFiles(),
    machineId: await machineId(root),
    uid: process.geteuid?.() ?? 0,
  };
}

/** machine-id(5): empty or `uninitialized` in an image that has not booted yet. */
async function machineId(root: string): Promise<string> {
  const path = await pathResolver(root)("/etc/machine-id");
  const text = (await readFile(path, "utf8").catch(() => "")).trim();
  return text === "uninitialized" ? "" : text;
}
