import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { modemkeeper, ONE_SIM7600, put, scratch } from "../helpers/cli.ts";

/*
 * `modemkeeper doctor` and `support-bundle` as their users run them, on whatever machine the tests run on: nothing of a
 * gateway is installed there, so what they say of it is fixed enough.
 */

const run = promisify(execFile);
const schema: object = JSON.parse(
  readFileSync(new URL("../../docs/reference/json/doctor-1.schema.json", import.meta.url), "utf8"),
);

function expectFormat(text: string): void {
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
}

interface Printed {
  readonly root: boolean;
  readonly results: readonly { readonly check: string; readonly level: string; readonly unknown?: true }[];
}

test("doctor needs no inventory, and prints one JSON value of the published format", async () => {
  const { code, out, err } = await modemkeeper(["doctor", "--json", "-i", "/nonexistent/inventory.yaml"]);
  expect(err).toBe("");
  expect(out.trimEnd().split("\n")).toHaveLength(1);
  expectFormat(out);
  const { results }: Printed = JSON.parse(out);
  expect(results.find(({ check }) => check === "inventory")).toMatchObject({ level: "info" });
  expect(code).toBe(results.some(({ level }) => level === "error") ? 1 : 0);
});

test("doctor as somebody who is not root says what it cannot see, and does not fail for it", async () => {
  const { out, err } = await modemkeeper(["doctor", "--json", "-i", "/nonexistent/inventory.yaml"], { asNobody: true });
  expect(err).toBe("");
  expectFormat(out);
  const { root, results }: Printed = JSON.parse(out);
  expect(root).toBe(false);
  expect(results.find(({ check }) => check === "port-holders")).toMatchObject({ level: "info", unknown: true });
});

test("doctor for people: 80 columns, a summary last, single checks by name", async () => {
  const { out } = await modemkeeper(["doctor", "runtime", "clock", "--no-color"]);
  expect(out).toMatch(/^ok {7}runtime: Node \d+\.\d+\.\d+ on (x64|arm64) with glibc 2\.\d+\.$/m);
  for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(out.trimEnd().split("\n").at(-1)).toMatch(/^doctor: .*ok/);
});

test("doctor of a check that does not exist names those that do, exit 64", async () => {
  const { code, out, err } = await modemkeeper(["doctor", "usb-pwoer"]);
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(err).toContain('there is no check "usb-pwoer"');
  expect(err).toContain("usb-power");
});

test("support-bundle writes an archive for its owner alone; --list writes none", async () => {
  const folder = await scratch();
  const file = await put(`${folder}/given.yaml`, `${ONE_SIM7600}# call 0170 1234567\n`);
  const archive = `${folder}/bundle.tar.gz`;
  expect((await modemkeeper(["support-bundle", "--list", "-i", file], { cwd: folder })).code).toBe(0);
  expect(await stat(archive).catch(() => undefined)).toBeUndefined();
  const { code, out } = await modemkeeper(["support-bundle", "--to", archive, "-i", file]);
  expect(code).toBe(0);
  expect(out).toContain(`Written to ${archive}`);
  expect((await stat(archive)).mode & 0o777).toBe(0o600);
  await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
  expect(await readFile(`${folder}/MANIFEST`, "utf8")).toContain("Masked, in every file: phone numbers");
  expectFormat(await readFile(`${folder}/doctor.json`, "utf8"));
  expect(await readFile(`${folder}/inventory.yaml`, "utf8")).not.toContain("1234567");
});
