import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Inventory } from "../../core/model/inventory.ts";
import { reveal, type Secret } from "../../core/secret.ts";
import { buildDesired } from "../../provision/desired/build.ts";
import { programTemplates, sampleInventory, sampleSmsd, sampleSpool } from "./sample-inventory.ts";
import type { SmsdBinary } from "./smsd-binary.ts";

/** A folder for one test, with everything that a rendered smsd.conf names. */
export interface Scratch {
  readonly folder: string;
  /** smsd's section with every path inside the folder. */
  readonly smsd: (change?: Parameters<typeof sampleSmsd>[0]) => Inventory["smsd"];
  remove(): void;
}

export function scratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), "rendered-"));
  const spool = sampleSpool(folder, join(folder, "stats"));
  return {
    folder,
    smsd: (change = {}) => sampleSmsd({ spool, logfile: join(folder, "log/smsd.log"), ...change }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Writes the files of an inventory below the scratch folder and makes its folders. Returns the text of each by path. */
export function renderInto(
  { folder }: Scratch,
  change: Partial<Inventory>,
  secrets: ReadonlyMap<string, Secret> = new Map(),
): ReadonlyMap<string, string> {
  const inventory = sampleInventory(change);
  const desired = buildDesired({ inventory, inventoryText: "", secrets, templates: programTemplates() });
  const texts = new Map<string, string>();
  for (const resource of desired.resources) {
    if (resource.kind === "directory" && resource.path.startsWith(folder)) {
      mkdirSync(resource.path, { recursive: true });
    }
    if (resource.kind !== "file") continue;
    const text = reveal(resource.content);
    texts.set(resource.path, text);
    mkdirSync(dirname(join(folder, resource.path)), { recursive: true });
    writeFileSync(join(folder, resource.path), text, { mode: resource.mode });
  }
  return texts;
}

/**
 * What the real smsd says of a configuration, line by line; empty if it accepts it.
 * smsd has no check mode: with a pid file that cannot be written it reads everything, then ends before it does anything.
 * It touches the spool, so the spool must be scratch.
 */
export async function complaints(smsd: SmsdBinary, configuration: string): Promise<readonly string[]> {
  const pidfile = "/nonexistent/smsd.pid";
  const options = ["-t", `-c${configuration}`, `-p${pidfile}`, `-i${configuration}.working`];
  const { code, output } = await run(smsd, options);
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const reachedPidfile = lines.some((line) => line.includes(pidfile) && line.includes("cannot be written"));
  const others = lines.filter((line) => !line.includes(pidfile));
  return reachedPidfile && code === 1 ? others : [`smsd ended with ${code} before the pid file`, ...others];
}

function run({ binary, env }: SmsdBinary, options: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(binary, options, { env, timeout: 20_000 }, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error ? -1 : 0;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}
