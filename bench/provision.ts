import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bareRoot } from "../test/helpers/bare-root.ts";
import { desiredFrom } from "../test/helpers/desired-from.ts";
import { program } from "../test/lab/parts/program.ts";
import type { Command } from "./measure.ts";

let built: Promise<string> | undefined;

/** The built program, as it is installed; all of one run measures the same one. */
export function builtProvision(): Promise<string> {
  built ??= program().then(({ folder }) => join(folder, "dist/provision/main.js"));
  return built;
}

/** What `provision` is asked about: a scratch host and an inventory. */
export interface Target {
  readonly root: string;
  readonly inventory: string;
}

export function provisionCommand(main: string, { root, inventory }: Target, args: readonly string[]): Command {
  return { argv: [process.execPath, main, ...args, "--root", root, "-i", inventory] };
}

/**
 * A folder that stands for a host before the first apply. It has the folders that every Debian has, which a playbook
 * takes for granted.
 */
export async function freshHost(root: string, inventory: string): Promise<Target> {
  await bareRoot(root);
  const { resources } = await desiredFrom(inventory);
  const parents = ["/etc/systemd/system/multi-user.target.wants", "/var/spool/sms", "/var/log", "/var/lib"];
  for (const folder of [...parents, ...resources.flatMap(systemFolder)]) {
    await mkdir(root + folder, { recursive: true });
  }
  return { root, inventory };
}

function systemFolder(resource: { readonly kind: string; readonly path?: string }): readonly string[] {
  const { kind, path } = resource;
  return kind === "file" && path !== undefined && !path.startsWith("/etc/modemkeeper/") ? [dirname(path)] : [];
}

/** An inventory of so many SIM7600, told apart by the port they are plugged into. */
export async function inventoryOf(modems: number, file: string): Promise<string> {
  const entries = Array.from({ length: modems }, (_, index) => {
    const port = `platform-3610000.usb-usb-0:${Math.floor(index / 8) + 1}.${(index % 8) + 1}`;
    const match = modems === 1 ? "" : `    match:\n      port: ${port}\n`;
    return `  - name: M${index + 1}\n    model: SIM7600\n${match}`;
  });
  await writeFile(file, `version: 1\nmodems:\n${entries.join("")}`);
  return file;
}
