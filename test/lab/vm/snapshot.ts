import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached, keyOf } from "../cache.ts";
import type { Image } from "../image/build.ts";
import { tool } from "../tool.ts";
import { CPUS, Machine, type MachineOptions, overlay } from "./machine.ts";

/** A guest that can be continued in about a second: its memory, and its disk as a layer on its parent's. */
export interface Snapshot {
  readonly key: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly disk: string;
  readonly state: string;
}

/** The image, booted until systemd is content. */
export async function bootedSnapshot(image: Image, say: (line: string) => void): Promise<Snapshot> {
  // A saved guest continues only in the same kind of machine.
  const machine = await readFile(join(import.meta.dirname, "machine.ts"), "utf8");
  const key = keyOf(image.key, CPUS, machine, await tool("qemu-system-x86_64", ["--version"]));
  const { kernel, initrd } = image;
  return await snapshot("booted", key, { kernel, initrd, disk: image.disk }, async (guest) => {
    say("booting it (once; about 25 s)");
    const state = await guest.channel.run("systemctl is-system-running --wait", { seconds: 120 });
    if (state.stdout.trim() !== "running") throw new Error(`the image boots badly: ${await whatFailed(guest)}`);
  });
}

/** `parent` after `prepare`; made on first use and whenever `input` or the parent changes. */
export async function derivedSnapshot(
  kind: string,
  parent: Snapshot,
  input: string,
  prepare: (machine: Machine, folder: string) => Promise<void>,
): Promise<Snapshot> {
  return await snapshot(kind, keyOf(parent.key, input), parent, prepare);
}

async function snapshot(
  kind: string,
  key: string,
  from: Omit<MachineOptions, "folder">,
  prepare: (machine: Machine, folder: string) => Promise<void>,
): Promise<Snapshot> {
  const folder = await cached(`snapshots/${kind}`, key, async (draft) => {
    const disk = join(draft, "disk.qcow2");
    await overlay(from.disk, disk);
    const machine = await Machine.start({ ...from, folder: draft, disk });
    try {
      await prepare(machine, draft);
      // What is in the page cache of a snapshot is already in memory: drop nothing, only reach the disk.
      await machine.channel.run("sync");
      await machine.saveAndEnd(join(draft, "state"));
    } catch (error) {
      await machine.end();
      throw error;
    }
    await rm(join(draft, "share"), { recursive: true });
  });
  const { kernel, initrd } = from;
  return { key, kernel, initrd, disk: join(folder, "disk.qcow2"), state: join(folder, "state") };
}

async function whatFailed(machine: Machine): Promise<string> {
  const units = await machine.channel.run("systemctl --failed --no-legend --plain; journalctl -b -p warning -n 20");
  return units.stdout;
}
