import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOnlyHost } from "../../../host/read-only-host.ts";
import { realHost } from "../../../host/real-host.ts";
import { tracingHost } from "../../../host/tracing-host.ts";
import { me, scratchFolder } from "./scratch.ts";

test("the program finds its own version and templates", async () => {
  const { program } = await realHost();
  expect(program.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(await program.list("host")).toContain("real-host.ts");
  expect(await program.read("package.json")).toContain('"name": "modemkeeper"');
  await expect(program.read("templates/none.hbs")).rejects.toMatchObject({ code: "not-found" });
});

test("a root folder is a machine that is off: no systemd, no udevd, no USB, no processes", async () => {
  const root = await scratchFolder();
  const host = await realHost({ root });
  const seen = [await host.services.running(), await host.udev.running(), await host.usb.attached()];
  expect([...seen, await host.smsd.processes(), host.machineId]).toEqual([false, false, [], [], ""]);
  await mkdir(join(root, "etc"));
  await writeFile(join(root, "etc/machine-id"), "uninitialized\n");
  expect((await realHost({ root })).machineId).toBe("");
});

test("a tracing host tells each change in one line and never a content", async () => {
  const root = await scratchFolder();
  const lines: string[] = [];
  const host = tracingHost(await realHost({ root }), (line) => lines.push(line));
  await host.files.write("/etc/smsd.conf", { content: "pin = 1234", mode: 0o640, ...me() });
  await host.files.read("/etc/smsd.conf");
  await host.files.remove("/etc/smsd.conf");
  const { owner, group } = me();
  expect(lines).toEqual([`files.write /etc/smsd.conf 640 ${owner}:${group}`, "files.remove /etc/smsd.conf"]);
});

test("a read-only host reads and refuses every change", async () => {
  const root = await scratchFolder();
  const host = readOnlyHost(await realHost({ root }));
  expect(await host.files.read("/etc/smsd.conf")).toBeUndefined();
  const spec = { mode: 0o755, owner: "root", group: "root" };
  const changes = [
    () => host.files.write("/f", { ...spec, content: "" }),
    () => host.files.makeDirectory("/d", spec),
    () => host.files.setAttributes("/d", spec),
    () => host.files.link("/l", "/f"),
    () => host.files.remove("/f"),
    () => host.packages.install(["smstools"], () => {}),
    () => host.packages.remove(["smstools"], { purge: false }),
    () => host.accounts.addGroup("g"),
    () => host.accounts.addUser({ name: "u", group: "g", home: "/" }),
    () => host.accounts.addToGroup("u", "g"),
    () => host.accounts.removeFromGroup("u", "g"),
    () => host.accounts.removeUser("u"),
    () => host.services.reload(),
    () => host.services.setEnabled("u.service", true),
    () => host.services.control("start", "u.service"),
    () => host.udev.reloadRules(),
    () => host.udev.trigger(["1-1"]),
    () => host.udev.loadModule("m"),
    () => host.udev.applyTmpfiles("/t"),
    () => host.smsd.stopStrays([]),
  ];
  for (const change of changes) await expect(change()).rejects.toThrow(/only looks tried to change the host/);
  expect(readdirSync(root)).toEqual([]);
});
