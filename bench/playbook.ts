import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Resource } from "../core/model/resource.ts";
import { reveal } from "../core/secret.ts";
import { DIALOUT_ID, SMSD_ID } from "../test/helpers/bare-root.ts";
import { desiredFrom } from "../test/helpers/desired-from.ts";
import { findProgram } from "../test/helpers/find-program.ts";
import type { Command } from "./measure.ts";
import type { Target } from "./provision.ts";

const PLAYBOOK = fileURLToPath(new URL("ansible/playbook.yml", import.meta.url));
const SETTINGS = fileURLToPath(new URL("ansible/ansible.cfg", import.meta.url));

/** Numbers, because the names stand in the scratch host's files only. */
const IDS: Readonly<Record<string, number>> = { root: 0, smsd: SMSD_ID, dialout: DIALOUT_ID };

export function findAnsible(): ReturnType<typeof findProgram> {
  return findProgram("ansible-playbook");
}

/** The playbook's variables and files for an inventory, kept in `folder`; returns the file with the variables. */
export async function preparePlaybook(folder: string, inventory: string): Promise<string> {
  const { resources } = await desiredFrom(inventory);
  const source = join(folder, "source");
  for (const resource of resources) {
    if (resource.kind !== "file") continue;
    await mkdir(dirname(source + resource.path), { recursive: true });
    await writeFile(source + resource.path, reveal(resource.content));
  }
  const variables = {
    source,
    folders: resources.flatMap((resource) => (resource.kind === "directory" ? [itemOf(resource)] : [])),
    files: resources.flatMap((resource) => (resource.kind === "file" ? [itemOf(resource)] : [])),
    unit: resources.flatMap((resource) => (resource.kind === "unit" ? [resource.unit] : []))[0],
  };
  const file = join(folder, "variables.json");
  await writeFile(file, JSON.stringify(variables));
  return file;
}

function itemOf({ path, mode, owner, group }: Extract<Resource, { readonly mode: number }>) {
  return { path, mode: mode.toString(8).padStart(4, "0"), owner: String(idOf(owner)), group: String(idOf(group)) };
}

function idOf(name: string): number {
  const id = IDS[name];
  if (id === undefined) throw new Error(`the scratch host knows no account ${name}`);
  return id;
}

export function playbookCommand(
  path: string,
  variables: string,
  { root }: Pick<Target, "root">,
  options: readonly string[] = [],
): Command {
  const argv = [path, "-i", "localhost,", "-e", `@${variables}`, "-e", `root=${root}`, ...options, PLAYBOOK];
  return { argv, env: { ANSIBLE_CONFIG: SETTINGS } };
}

/** @throws Error unless the playbook's summary says that it changed nothing */
export function requireUnchanged(stdout: string): void {
  if (!/ changed=0 /.test(stdout)) throw new Error(`the playbook finds a converged host changed:\n${stdout}`);
}
