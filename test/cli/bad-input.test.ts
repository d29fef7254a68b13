import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, symlink } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { ONE_SIM7600, type Outcome, provision, put, scratch, scratchRoot } from "../helpers/cli.ts";

/*
 * Bad input gets one clear error with its exit code, and nothing is lost or half done.
 */

const isRoot = process.geteuid?.() === 0;

async function validate(text: string): Promise<Outcome> {
  const file = await put(`${await scratch()}/inventory.yaml`, text);
  return provision(["validate", "-i", file]);
}

describe("an inventory", () => {
  test.each([
    ["broken YAML", "version: 1\nmodems: [\n", "inventory.yaml:"],
    ["a wrong type", "version: 1\nmodems: SIM7600\n", "modems"],
    ["an unknown key", `${ONE_SIM7600}    modle: x\n`, "Did you mean `model`?"],
    ["a duplicate name", `${ONE_SIM7600}  - { name: SIM7600, model: EC25 }\n`, "SIM7600"],
    ["a newline in a setting", `${ONE_SIM7600}    smsd: { settings: { init: "AT\\nX" } }\n`, "init"],
    ["a quote in a name", 'version: 1\nmodems:\n  - { name: "a\\"b", model: SIM7600 }\n', "name"],
    ["a path in a name", "version: 1\nmodems:\n  - { name: ../../etc, model: SIM7600 }\n", "name"],
    [
      "a spool folder that climbs",
      `${ONE_SIM7600}smsd: { spool: { incoming: /var/spool/sms/../../../etc } }\n`,
      "incoming",
    ],
    ["a PIN in clear", `${ONE_SIM7600}    sim: { pin: 4711 }\n`, "pin"],
  ])("with %s: exit 10, its place, what to do", async (_what, text, hint) => {
    const result = await validate(text);
    expect(result.code).toBe(10);
    expect(result.out).toBe("");
    expect(result.err).toMatch(/inventory\.yaml:\d+:\d+: error: /);
    expect(result.err).toContain(hint);
    expect(result.err).toContain("fix:");
    expect(result.err).not.toContain("    at ");
  });

  test("never shows a PIN that stands in it in clear", async () => {
    expect((await validate(`${ONE_SIM7600}    sim: { pin: "4711" }\n`)).err).not.toContain("4711");
  });

  test("of 10 MB is refused with one short error", async () => {
    const result = await validate(`${ONE_SIM7600}#${"x".repeat(10_000_000)}\n`);
    expect(result.code).toBe(10);
    expect(result.err.length).toBeLessThan(2000);
  });

  test("with many problems gets all of them at once", async () => {
    const result = await validate("version: 2\nmodems:\n  - { name: A, modle: NOPE }\nhtpp: {}\n");
    expect(result.err.match(/error: /g)?.length).toBeGreaterThanOrEqual(4);
  });
});

describe("a secret", () => {
  async function withPin(prepare: (file: string) => Promise<unknown>): Promise<Outcome> {
    const root = await scratchRoot();
    const pin = `${root}/etc/modemkeeper/secrets/sim.pin`;
    await mkdir(`${root}/etc/modemkeeper/secrets`, { recursive: true });
    await prepare(pin);
    const inventory = await put(`${root}/inventory.yaml`, `${ONE_SIM7600}    sim: { pin: { file: sim.pin } }\n`);
    return provision(["plan", "-v", "--root", root, "-i", inventory]);
  }

  test("that is missing: exit 12, and how to make it", async () => {
    const result = await withPin(async () => undefined);
    expect(result.code).toBe(12);
    expect(result.err).toContain("sim.pin");
  });

  test("that everybody may read: exit 12, and the chmod to run", async () => {
    const result = await withPin((file) => put(file, "4711\n", 0o644).then(() => chmod(file, 0o644)));
    expect(result.code).toBe(12);
    expect(result.err).toContain("chmod 600");
    expect(result.out + result.err).not.toContain("4711");
  });

  test("is never shown, only its mask", async () => {
    const result = await withPin((file) => put(file, "4711\n", 0o600));
    expect(result.code).toBe(0);
    expect(result.out).toMatch(/\+pin = \(secret, sha256:[0-9a-f]{8}\)/);
    expect(result.out + result.err).not.toContain("4711");
  });
});

describe.runIf(isRoot)("a host", () => {
  test("a link where a file should go is replaced, and what it led to is untouched", async () => {
    const root = await scratchRoot();
    await put(`${root}/etc/precious`, "do not touch\n");
    await symlink(`${root}/etc/precious`, `${root}/etc/smsd.conf`);
    expect((await provision(["apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`])).code).toBe(0);
    expect(await readFile(`${root}/etc/precious`, "utf8")).toBe("do not touch\n");
    expect(await readFile(`${root}/etc/smsd.conf`, "utf8")).toContain("SIM7600");
  });

  test("a folder where a file should go: exit 12, everything put back", async () => {
    const root = await scratchRoot();
    await mkdir(`${root}/etc/smsd.conf/mine`, { recursive: true });
    const result = await provision(["apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`]);
    expect(result.code).toBe(12);
    expect(result.err).toContain("/etc/smsd.conf is a directory, a file is wanted there");
    expect(result.err).toContain("everything was put back as it was");
    await expect(readFile(`${root}/etc/udev/rules.d/78-modemkeeper.rules`)).rejects.toThrow("ENOENT");
  });

  test("a foreign smsd.conf is shown with its PIN masked, kept byte by byte, and put back by destroy", async () => {
    const root = await scratchRoot();
    const foreign = Buffer.from("# Gr\xfc\xdfe\ndevices = GSM1\n[GSM1]\npin = 4711\n", "latin1");
    const { writeFile } = await import("node:fs/promises");
    await writeFile(`${root}/etc/smsd.conf`, foreign, { mode: 0o640 });
    const common = ["--root", root, "-i", `${root}/inventory.yaml`];
    const plan = await provision(["plan", ...common]);
    expect(plan.out).toContain("± file:/etc/smsd.conf");
    expect(plan.out).not.toContain("4711");
    await provision(["apply", "--yes", ...common]);
    await provision(["destroy", "--yes", ...common]);
    expect(Buffer.compare(await readFile(`${root}/etc/smsd.conf`), foreign)).toBe(0);
  });

  test("no smsd package to be had: exit 12, nothing changed", async () => {
    const root = await scratchRoot();
    execFileSync("rm", [`${root}/usr/sbin/smsd`]);
    const result = await provision(["apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`]);
    expect(result.code).toBe(12);
    expect(result.err).toContain("smstools");
    await expect(readFile(`${root}/etc/smsd.conf`)).rejects.toThrow("ENOENT");
  });

  test("not root: exit 12 before anything is read or changed", async () => {
    const root = await scratchRoot();
    const result = await provision(["apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`], {
      asNobody: true,
    });
    expect(result.code).toBe(12);
    expect(result.err).toContain("only root can change this host");
  });

  test("a full disk: exit 1, what was there stays, nothing half-written", async () => {
    const root = await smallDisk();
    await put(`${root}/etc/smsd.conf`, "devices = GSM1\n");
    execFileSync("sh", [
      "-c",
      `dd if=/dev/zero of=${root}/ballast bs=4k 2>/dev/null; truncate -s -20k ${root}/ballast`,
    ]);
    const result = await provision(["apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`]);
    expect([1, 3]).toContain(result.code);
    expect(result.err).toMatch(/no space|full/i);
    expect(await readFile(`${root}/etc/smsd.conf`, "utf8")).toBe("devices = GSM1\n");
    const left = execFileSync("find", [root, "-name", "*.modemkeeper-*"], { encoding: "utf8" });
    expect(left).toBe("");
    execFileSync("rm", [`${root}/ballast`]);
    expect((await provision(["apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`])).code).toBe(0);
  });

  test("a read-only target: exit 1, and it says so", async () => {
    const root = await smallDisk();
    execFileSync("mount", ["-o", "remount,ro", root]);
    const result = await provision(["apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`]);
    expect(result.code).toBe(1);
    expect(result.err).toMatch(/read-only/i);
  });
});

/** A root of its own on a file system of one megabyte. */
async function smallDisk(): Promise<string> {
  const model = await scratchRoot();
  const root = await scratch();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", root]);
  onTestFinished(() => {
    execFileSync("umount", [root]);
  });
  execFileSync("cp", ["-a", `${model}/.`, root]);
  return root;
}
