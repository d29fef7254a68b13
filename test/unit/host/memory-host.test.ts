import { expect, test } from "vitest";
import { memoryMachine, ProcessDied } from "../../helpers/memory-host.ts";

const FILE = { content: "x", mode: 0o644, owner: "root", group: "root" };

test("mutations are told in a journal; looking leaves no line", async () => {
  const machine = await memoryMachine();
  const host = machine.host();
  await host.files.write("/etc/a", FILE);
  await host.files.read("/etc/a");
  await host.accounts.addGroup("modems");
  expect(machine.journal).toEqual(["files.write /etc/a 644 root:root", "accounts.addGroup modems"]);
});

test("a process dies in place of the mutation it was told to, can do nothing more, and frees its lock", async () => {
  const machine = await memoryMachine();
  const host = machine.host({ dieAt: 2 });
  await host.locks.tryLock("/run/lock");
  await host.files.write("/etc/a", FILE);
  await expect(host.files.write("/etc/b", FILE)).rejects.toBeInstanceOf(ProcessDied);
  expect(() => host.files.read("/etc/a")).toThrow(ProcessDied);
  const next = machine.host();
  expect(await next.locks.tryLock("/run/lock")).toBeDefined();
  expect(await next.files.list("/etc")).toEqual(["a"]);
});

test("a mutation can be refused once, and the process lives on", async () => {
  const machine = await memoryMachine();
  const host = machine.host({ failAt: 1 });
  await expect(host.files.write("/etc/a", FILE)).rejects.toMatchObject({ code: "io" });
  await host.files.write("/etc/a", FILE);
  expect(await host.files.read("/etc/a")).toMatchObject({ kind: "file", content: "x" });
});

test("installing smstools brings user, files and spool; a configuration that is there stays; a mask keeps it from starting", async () => {
  const machine = await memoryMachine();
  machine.given("/etc/smsd.conf", "mine");
  const host = machine.host();
  await host.files.link("/etc/systemd/system/smstools.service", "/dev/null");
  await host.packages.install(["smstools"], () => {});
  expect(await host.accounts.user("smsd")).toEqual({ name: "smsd", group: "smsd", groups: ["dialout"] });
  expect(await host.files.read("/etc/smsd.conf")).toMatchObject({ content: "mine" });
  expect(await host.files.list("/var/spool/sms")).toEqual(["checked", "failed", "incoming", "outgoing", "sent"]);
  expect((await host.services.state("smstools.service")).load).toBe("masked");
  await expect(host.services.control("start", "smstools.service")).rejects.toThrow(/systemctl start/);
});

test("a unit that changed on disk needs a reload before it starts in its new form", async () => {
  const machine = await memoryMachine();
  const { files, services, smsd } = machine.host();
  await files.link("/etc/systemd/system/smstools.service", "/dev/null");
  expect((await services.state("smstools.service")).needsReload).toBe(false);
  await files.write("/etc/systemd/system/smstools.service", FILE);
  expect((await services.state("smstools.service")).needsReload).toBe(true);
  await expect(services.control("start", "smstools.service")).rejects.toThrow();
  await services.reload();
  await services.setEnabled("smstools.service", true);
  await services.control("start", "smstools.service");
  const state = await services.state("smstools.service");
  expect(state).toMatchObject({ active: "active", enabled: true, needsReload: false });
  expect(await smsd.processes()).toMatchObject([{ pid: state.mainPid, unit: "smstools.service" }]);
  await services.control("stop", "smstools.service");
  expect(await smsd.processes()).toEqual([]);
});

test("a unit that does not stop keeps its stopper waiting until it is killed", async () => {
  const machine = await memoryMachine();
  machine.given("/etc/systemd/system/smstools.service", "[Service]\n");
  const host = machine.host();
  await host.services.control("start", "smstools.service");
  machine.services.stubborn.add("smstools.service");
  let stopped = false;
  const stopping = host.services.control("stop", "smstools.service").then(() => {
    stopped = true;
  });
  await new Promise((done) => setImmediate(done));
  expect(stopped).toBe(false);
  await host.services.kill("smstools.service");
  await stopping;
  expect(await host.services.state("smstools.service")).toMatchObject({ active: "inactive", mainPid: 0 });
});
