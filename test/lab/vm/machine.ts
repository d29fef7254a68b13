import type { ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastLines, tool } from "../tool.ts";
import { Channel } from "./channel.ts";
import { removeAtExit, startGuarded } from "./processes.ts";
import { Qmp } from "./qmp.ts";

export interface MachineOptions {
  /** Folder of this run: overlay, console log, and `share/`, which the guest sees read-only by 9p. */
  readonly folder: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly disk: string;
  /** A saved guest to continue; without it the machine boots. */
  readonly state?: string;
  /** "terminal": the guest's serial console is this process's own terminal. */
  readonly console?: "file" | "terminal";
}

/** Booting under software emulation takes 20 s on an idle host; a busy one gets six times that. */
const BOOT_SECONDS = 120;

/** Two show races that one would hide; MODEMKEEPER_LAB_CPUS changes it. */
export const CPUS = process.env.MODEMKEEPER_LAB_CPUS ?? "2";

/** One emulated computer: the QEMU process, its control socket and the guest's command channel. */
export class Machine {
  readonly #process: ChildProcess;
  readonly #sockets: string;
  readonly #qmp: Qmp;
  readonly channel: Channel;

  constructor(process: ChildProcess, sockets: string, qmp: Qmp, channel: Channel) {
    this.#process = process;
    this.#sockets = sockets;
    this.#qmp = qmp;
    this.channel = channel;
  }

  /** Boots, or continues from `state`; returns when commands run in the guest. */
  static async start(options: MachineOptions): Promise<Machine> {
    // Not in the run's folder: a Unix socket's path holds 107 bytes at most.
    const sockets = await mkdtemp(join(tmpdir(), "modemkeeper-lab-"));
    removeAtExit(sockets);
    await mkdir(join(options.folder, "share"), { recursive: true });
    const terminal = options.console === "terminal";
    const child = startGuarded("qemu-system-x86_64", qemuArguments(options, sockets), {
      stdio: terminal ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    let complaints = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaints += text;
    });
    const alive = () => child.exitCode === null && child.signalCode === null;
    try {
      const qmp = await Qmp.open(join(sockets, "qmp"), alive);
      const channel = await Channel.open(join(sockets, "agent"), alive);
      const machine = new Machine(child, sockets, qmp, channel);
      await machine.#begin(options.state !== undefined);
      return machine;
    } catch (error) {
      child.kill("SIGKILL");
      const log = await readFile(consoleLog(options.folder), "utf8").catch(() => "");
      throw new Error(`the lab's machine did not start: ${complaints}\n${lastLines(log, 15)}`, { cause: error });
    }
  }

  async #begin(restored: boolean): Promise<void> {
    if (restored) {
      await this.#qmp.resume();
      await this.channel.wake();
    } else {
      await this.channel.bootId(BOOT_SECONDS);
    }
  }

  /** Saves the guest's memory to `file` and ends the machine; the disk is then consistent with it. */
  async saveAndEnd(file: string): Promise<void> {
    await this.#qmp.save(file);
    await this.end();
  }

  /** Ends the emulator as if the power were cut: what the guest had not written to its disk is lost. */
  async end(): Promise<void> {
    const exited = new Promise<void>((resolve) => this.#process.once("exit", () => resolve()));
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 5000);
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      await this.#qmp.execute("quit").catch(() => this.#process.kill("SIGKILL"));
      await exited;
    }
    clearTimeout(timer);
    this.#qmp.close();
    this.channel.close();
    await rm(this.#sockets, { recursive: true, force: true });
  }

  /** What the emulator has used of the host's processors so far, in seconds. */
  async processorSeconds(): Promise<number> {
    // After the name in parentheses: utime and stime are the 12th and 13th field, in hundredths (proc(5)).
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Settles when the emulator has ended by itself (a person left the console). */
  async exited(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    await new Promise<void>((resolve) => this.#process.once("exit", () => resolve()));
  }
}

export function consoleLog(folder: string): string {
  return join(folder, "console.log");
}

/** A throw-away disk on top of `base`: writes stay in it. */
export async function overlay(base: string, file: string): Promise<void> {
  const format = base.endsWith(".qcow2") ? "qcow2" : "raw";
  await tool("qemu-img", ["create", "-q", "-f", "qcow2", "-F", format, "-b", base, file]);
}

function qemuArguments(options: MachineOptions, sockets: string): string[] {
  const log = consoleLog(options.folder);
  const console =
    options.console === "terminal"
      ? `stdio,id=console,mux=on,signal=off,logfile=${log},logappend=on`
      : `file,id=console,path=${log},append=on`;
  return [
    // Software emulation only: a nested KVM, where there is one at all, hangs on many build hosts.
    ...["-nodefaults", "-no-user-config", "-machine", "q35", "-accel", "tcg,thread=multi"],
    // No AVX: programs that find it use it, and emulating it costs a quarter more than what they gain.
    ...["-cpu", "Nehalem"],
    ...["-m", "1024", "-smp", CPUS, "-nic", "none", "-display", "none"],
    ...["-kernel", options.kernel, "-initrd", options.initrd],
    // No random addresses: QEMU finds what it has translated by its address, and would translate the C library anew for each
    // process of the guest; a process costs a sixth of it so.
    ...["-append", "root=/dev/vda rw console=ttyS0 quiet mitigations=off nowatchdog audit=0 norandmaps"],
    // "unsafe" ignores the guest's flushes: a run that the host's power ends is run again anyway.
    ...["-drive", `file=${options.disk},format=qcow2,if=virtio,cache=unsafe`],
    ...["-device", "virtio-rng-pci"],
    ...["-virtfs", `local,path=${join(options.folder, "share")},mount_tag=share,security_model=none,readonly=on`],
    ...[
      "-device",
      "virtio-serial-pci",
      "-chardev",
      `socket,id=agent,path=${join(sockets, "agent")},server=on,wait=off`,
    ],
    ...["-device", "virtserialport,chardev=agent,name=lab.agent"],
    ...["-qmp", `unix:${join(sockets, "qmp")},server=on,wait=off`],
    ...["-chardev", console, "-serial", "chardev:console"],
    ...(options.console === "terminal" ? ["-mon", "chardev=console,mode=readline"] : []),
    ...(options.state === undefined ? [] : ["-incoming", `exec:cat '${options.state}'`]),
  ];
}
