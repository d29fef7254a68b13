import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { FileResource } from "../../core/model/resource.ts";
import { INVENTORY_COPY } from "../../provision/desired/paths.ts";
import { desiredFrom } from "../helpers/desired-from.ts";

/*
 * What each inventory puts on a host, as files to read. `shipped` is the inventory that comes with the program;
 * the other cases hold only what differs from it. UPDATE_GOLDEN=1 writes the files anew.
 */
const HERE = fileURLToPath(new URL(".", import.meta.url));
const SHIPPED = "shipped";
/** The list of a case's files, beside them. */
const LISTING = "/FILES";
const update = process.env.UPDATE_GOLDEN === "1";

const cases = readdirSync(HERE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  // The others are compared with it, so it is written first.
  .sort((a, b) => Number(b === SHIPPED) - Number(a === SHIPPED) || (a < b ? -1 : 1));

function inventoryOf(name: string): string {
  return name === SHIPPED ? join(HERE, "../../inventory.yaml") : join(HERE, name, "inventory.yaml");
}

function expectedFolder(name: string): string {
  return join(HERE, name, "expected");
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .sort();
}

/** With mode, owner and group, of which git keeps none. */
function listing(files: readonly FileResource[]): string {
  const lines = files.map(
    ({ path, mode, owner, group }) => `${mode.toString(8).padStart(4, "0")} ${owner}:${group} ${path}`,
  );
  return `${lines.join("\n")}\n`;
}

async function rendered(name: string): Promise<ReadonlyMap<string, string>> {
  const { resources } = await desiredFrom(inventoryOf(name));
  const files = resources.filter((resource) => resource.kind === "file").filter(({ path }) => path !== INVENTORY_COPY);
  return new Map([[LISTING, listing(files)], ...files.map(({ path, content }) => [path, content.masked] as const)]);
}

/** The shipped inventory's files, as far as the case lists them, under the case's own. */
function expected(name: string): ReadonlyMap<string, string> {
  const read = (of: string, path: string) => [path, readFileSync(join(expectedFolder(of), path), "utf8")] as const;
  const own = filesUnder(expectedFolder(name)).map((path) => read(name, path));
  const shared = filesUnder(expectedFolder(SHIPPED)).map((path) => read(SHIPPED, path));
  const all = new Map([...shared, ...own]);
  const listed = (all.get(LISTING) ?? "").split("\n").map((line) => line.split(" ")[2]);
  return new Map([...all].filter(([path]) => path === LISTING || listed.includes(path)));
}

function write(name: string, files: ReadonlyMap<string, string>): void {
  rmSync(expectedFolder(name), { recursive: true, force: true });
  const shared = expected(SHIPPED);
  for (const [path, content] of files) {
    if (name !== SHIPPED && shared.get(path) === content) continue;
    mkdirSync(dirname(join(expectedFolder(name), path)), { recursive: true });
    writeFileSync(join(expectedFolder(name), path), content);
  }
}

describe("rendered files", () => {
  it.each(cases)("%s", async (name) => {
    const files = await rendered(name);
    if (update) write(name, files);
    expect(Object.fromEntries(files)).toEqual(Object.fromEntries(expected(name)));
  });

  it("are the same at every rendering", async () => {
    expect(await rendered("ec25")).toEqual(await rendered("ec25"));
  });
});
