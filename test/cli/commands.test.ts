import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ONE_SIM7600, provision, put, scratch, scratchRoot } from "../helpers/cli.ts";

test("--help and --version go to standard output and exit 0", async () => {
  const help = await provision(["--help"]);
  expect(help).toMatchObject({ code: 0, err: "" });
  expect(help.out).toContain("Commands:");
  expect((await provision(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [["aply"], "Did you mean apply?"],
  [["plan", "--jsn"], "Did you mean --json?"],
  [["rollback", "two"], "not a whole number"],
  [["completion", "tcsh"], "Allowed choices are bash, zsh, fish"],
  [["destroy", "--spool", "burn"], "Allowed choices are keep, remove"],
])("a wrong command line %j gets one line and exit 64", async (args, hint) => {
  const result = await provision(args);
  expect(result.code).toBe(64);
  expect(result.out).toBe("");
  expect(result.err).toContain(hint);
  expect(result.err.trim().split("\n").length).toBeLessThanOrEqual(2);
});

test("schema, models and completion print data only", async () => {
  const schema = await provision(["schema"]);
  expect(JSON.parse(schema.out).title).toBe("modemkeeper inventory");
  const models = await provision(["models", "list"]);
  expect(models.out).toMatch(/^SIM7600 .*1e0e:9001/m);
  const shown = await provision(["models", "show", "sim7600"]);
  expect(shown.out).toContain("AT=02");
  expect((await provision(["models", "show", "SIM7601"])).err).toContain("Did you mean `SIM7600`?");
  expect((await provision(["completion", "bash"])).out).toContain("complete -F _provision provision");
});

test("without an inventory it says where it looked and how to get one", async () => {
  const result = await provision(["plan", "--root", await scratchRoot()], { cwd: await scratch() });
  expect(result.code).toBe(12);
  expect(result.err).toContain("there is no inventory at inventory.yaml or /etc/modemkeeper/inventory.yaml");
  expect(result.err).toContain("provision init");
});

test("render writes the tree that would be installed", async () => {
  const folder = await scratch();
  const inventory = await put(`${folder}/inventory.yaml`, ONE_SIM7600);
  const result = await provision(["render", "-i", inventory, "--to", `${folder}/out`]);
  expect(result.code).toBe(0);
  expect(await readFile(`${folder}/out/etc/smsd.conf`, "utf8")).toContain("device = /dev/ttyUSB_SIM7600_AT");
});

test("an image build: apply, plan, drift, rollback and destroy below --root", async () => {
  const root = await scratchRoot();
  const common = ["--root", root, "-i", `${root}/inventory.yaml`];
  const plan = await provision(["plan", "--detailed-exitcode", ...common]);
  expect(plan.code).toBe(2);
  expect(plan.out.trimEnd().split("\n").at(-1)).toMatch(
    /^Plan: \d+ to add, 0 to change, 0 to remove; smsd starts at the next boot\.$/,
  );

  const applied = await provision(["apply", "--yes", ...common]);
  expect(applied.err).toContain("✓ write /etc/smsd.conf");
  expect(applied.out).toContain("starts at the next boot");
  expect(applied.code).toBe(0);
  expect((await provision(["plan", "--detailed-exitcode", ...common])).code).toBe(0);
  expect((await provision(["verify", ...common])).code).toBe(0);

  const conf = await readFile(`${root}/etc/smsd.conf`, "utf8");
  await put(`${root}/etc/smsd.conf`, `${conf}# by hand\n`);
  const drift = await provision(["verify", ...common]);
  expect(drift.code).toBe(2);
  expect(drift.out).toContain("~ file:/etc/smsd.conf  (changed by hand)");
  expect(drift.out).toContain("-# by hand");

  await put(`${root}/inventory.yaml`, `${ONE_SIM7600}smsd: { settings: { blocktime: 77 } }\n`);
  expect((await provision(["apply", "--yes", ...common])).code).toBe(0);
  expect((await provision(["rollback", "--yes", ...common])).code).toBe(0);
  expect(await readFile(`${root}/etc/smsd.conf`, "utf8")).toBe(conf);
  const generations = await provision(["generations", "--json", ...common]);
  expect(JSON.parse(generations.out).generations.map((one: { cause: string }) => one.cause)).toEqual([
    "apply",
    "apply",
    "rollback to 1",
  ]);

  const destroyed = await provision(["destroy", "--yes", ...common]);
  expect(destroyed.code).toBe(0);
  await expect(readFile(`${root}/etc/smsd.conf`)).rejects.toThrow("ENOENT");
});

test("colour only on a terminal", async () => {
  const result = await provision([
    "plan",
    "--root",
    await scratchRoot(),
    "-i",
    `${await scratchRoot()}/inventory.yaml`,
  ]);
  expect(result.out).not.toContain("\u001b");
});

test("an apply that cannot ask says how to go on", async () => {
  const root = await scratchRoot();
  const result = await provision(["apply", "--root", root, "-i", `${root}/inventory.yaml`]);
  expect(result.code).toBe(64);
  expect(result.err).toContain("add --yes");
});
