import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { reveal } from "../../core/secret.ts";
import { provision, scratch } from "../helpers/cli.ts";
import { desiredFrom } from "../helpers/desired-from.ts";

/*
 * The build compiles the templates ahead (scripts/copy-data.mjs); what it made must print what the templates print.
 */

test.each(["inventory.yaml", "test/golden/compat/inventory.yaml"])(
  "the built program renders every file of %s as its source does",
  async (name) => {
    const inventory = fileURLToPath(new URL(`../../${name}`, import.meta.url));
    const folder = await scratch();
    expect(await provision(["render", "-i", inventory, "--to", folder])).toMatchObject({ code: 0, err: "" });
    const { resources } = await desiredFrom(inventory);
    const files = resources.filter((resource) => resource.kind === "file");
    expect(files.length).toBeGreaterThan(5);
    for (const { path, content } of files) {
      expect(await readFile(join(folder, path), "utf8"), path).toBe(reveal(content));
    }
  },
);
