import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, onTestFinished, test } from "vitest";
import { modemkeeper, ONE_SIM7600, put, scratch } from "../helpers/cli.ts";

/*
 * `modemkeeper` as its users run it. What needs smsd and a modem is shown in the lab.
 */

const isRoot = process.geteuid?.() === 0;

async function inventory(extra = ""): Promise<string> {
  return put(`${await scratch()}/inventory.yaml`, `${ONE_SIM7600}${extra}`);
}

test("--help and --version go to standard output and exit 0", async () => {
  const help = await modemkeeper(["--help"]);
  expect(help).toMatchObject({ code: 0, err: "" });
  expect(help.out).toContain("Commands:");
  expect((await modemkeeper(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await modemkeeper(["completion", "bash"])).out).toContain("complete -F _modemkeeper modemkeeper");
});

test.each([
  [["statsu"], "Did you mean status?"],
  [["smsd", "stop", "--fro", "30m"], "Did you mean --for?"],
  [["modem", "reset", "A", "--rung", "hammer"], "Allowed choices are at-reset"],
])("a wrong command line %j gets one line and exit 64", async (args, hint) => {
  const result = await modemkeeper(args);
  expect(result).toMatchObject({ code: 64, out: "" });
  expect(result.err).toContain(hint);
  expect(result.err.trim().split("\n").length).toBeLessThanOrEqual(2);
});

test("without an inventory it says how to get one, exit 12; with one that is wrong what is wrong with it, exit 10", async () => {
  const none = await modemkeeper(["status", "-i", "/nonexistent/inventory.yaml"]);
  expect(none.code).toBe(12);
  expect(none.err).toContain("provision apply installs it");
  const wrong = await modemkeeper(["status", "-i", await inventory("modles: []\n")]);
  expect(wrong.code).toBe(10);
  expect(wrong.err).toContain("Did you mean `models`?");
});

test("status of a machine without a gateway: exit 1, and one JSON value of the published format", async () => {
  const file = await inventory();
  const { code, out } = await modemkeeper(["status", "--json", "-i", file]);
  expect(code).toBe(1);
  const schema = new URL("../../docs/reference/json/status-1.schema.json", import.meta.url);
  const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(schema, "utf8")));
  expect(validate(JSON.parse(out)), JSON.stringify(validate.errors)).toBe(true);
  expect(await modemkeeper(["status", "--quiet", "-i", file])).toMatchObject({ code: 1, out: "" });
});

test("what changes the host needs root, exit 12, and nothing was done", async ({ skip }) => {
  skip(!isRoot, "tried as nobody, which only root can become");
  const file = await inventory("manual_stop: { flag: /tmp/modemkeeper-test-flag }\n");
  for (const words of [
    ["smsd", "stop"],
    ["smsd", "start"],
    ["smsd", "restart"],
    ["links", "repair"],
  ]) {
    expect(await modemkeeper([...words, "-i", file], { asNobody: true }), words.join(" ")).toMatchObject({ code: 12 });
  }
});

test("lock runs a command with its own exit code, and gives way to a plain flock", async ({ skip }) => {
  // As nobody: root would put these accesses into this machine's own log.
  skip(!isRoot, "only root can become nobody");
  const folder = await scratch();
  const lock = await put(`${folder}/lock`, "");
  await chmod(lock, 0o666);
  const file = await put(`${folder}/inventory.yaml`, `${ONE_SIM7600}access_lock: { file: ${lock} }\n`);
  expect(
    await modemkeeper(["lock", "-i", file, "--", "sh", "-c", "echo out; exit 7"], { asNobody: true }),
  ).toMatchObject({
    code: 7,
    out: "out\n",
  });
  const other = spawn("flock", ["--no-fork", "-x", lock, "sh", "-c", "echo held; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void other.kill("SIGKILL"));
  await new Promise((resolve) => other.stdout.once("data", resolve));
  const held = await modemkeeper(["lock", "--wait", "0s", "-i", file, "--", "true"], { asNobody: true });
  expect(held.code).toBe(11);
  expect(held.err).toContain("holds the access lock");
});
