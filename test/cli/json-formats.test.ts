import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { provision, put, scratchRoot } from "../helpers/cli.ts";

/*
 * What `--json` prints is an interface: each format has a published schema, and stays within it.
 */

const FOLDER = new URL("../../docs/reference/json/", import.meta.url);

function validators(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true });
  for (const name of readdirSync(FOLDER)) ajv.addSchema(JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")));
  return ajv;
}

const ajv = validators();

function expectFormat(name: string, out: string): void {
  expect(out.trimEnd().split("\n")).toHaveLength(1);
  const validate = ajv.getSchema(`urn:modemkeeper:${name}`);
  expect(validate?.(JSON.parse(out)), JSON.stringify(validate?.errors)).toBe(true);
}

test("plan, apply, verify, generations and rollback print what their schemas say", async () => {
  const root = await scratchRoot();
  const run = (...args: string[]) => provision([...args, "--json", "--root", root, "-i", `${root}/inventory.yaml`]);
  await put(`${root}/etc/smsd.conf`, "devices = GSM1\n");
  expectFormat("plan-1", (await run("plan")).out);
  expectFormat("apply-1", (await run("apply", "--yes")).out);
  expectFormat("plan-1", (await run("plan")).out);
  await put(`${root}/etc/smsd.conf`, "# by hand\n");
  expectFormat("verify-1", (await run("verify")).out);
  expectFormat("apply-1", (await run("apply", "--yes")).out);
  expectFormat("apply-1", (await run("rollback", "--yes")).out);
  expectFormat("generations-1", (await run("generations")).out);
});
