import { describe, expect, test } from "vitest";
import { applyCommand } from "../../provision/commands/apply.ts";
import { destroyCommand } from "../../provision/commands/destroy.ts";
import { planCommand } from "../../provision/commands/plan.ts";
import { rollbackCommand } from "../../provision/commands/rollback.ts";
import { verifyCommand } from "../../provision/commands/verify.ts";
import { gateway, INVENTORY, ONE_SIM7600, run } from "../helpers/gateway.ts";
import type { MemoryMachine } from "../helpers/memory-host.ts";

const yes = { yes: true };

async function applied(inventory?: string): Promise<MemoryMachine> {
  const machine = await gateway(inventory);
  const result = await run(machine.host(), applyCommand, yes);
  expect(result.error).toBeUndefined();
  expect(result.code).toBe(0);
  return machine;
}

function textAt(machine: MemoryMachine, path: string): string {
  const entry = machine.files.entries.get(path);
  return entry?.kind === "file" ? entry.content : `(${entry?.kind ?? "nothing"})`;
}

/** On a real board they are there from the start. */
const SYSTEM_FOLDERS = ["/etc", "/etc/systemd", "/etc/systemd/system", "/var/lib"];

/** Everything on the machine that a person could see, without times. */
function snapshot(machine: MemoryMachine): string {
  const files = [...machine.files.entries]
    .filter(([path]) => !SYSTEM_FOLDERS.includes(path) && !/^\/(var\/lib\/modemkeeper|dev)(\/|$)/.test(path))
    .map(([path, entry]) => [path, { ...entry, modifiedAt: 0 }]);
  const active = [...machine.services.active.keys()].sort();
  return JSON.stringify([files.sort(), active], undefined, 1);
}

/** Paths of a snapshot that are no folders. */
function filesOf(text: string): readonly string[] {
  const entries: [string, { kind: string }][] = JSON.parse(text)[0];
  return entries.filter(([, entry]) => entry.kind !== "directory").map(([path]) => path);
}

describe("apply", () => {
  test("makes a fresh board a gateway, verifies it, and plans nothing afterwards", async () => {
    const machine = await applied();
    expect(textAt(machine, "/etc/smsd.conf")).toContain("device = /dev/ttyUSB_SIM7600_AT");
    expect(machine.services.starts.get("smstools.service")).toBe(1);
    const second = await run(machine.host(), planCommand, { detailedExitcode: true });
    expect(second.out).toContain("Plan: nothing to do");
    expect(second.code).toBe(0);
    const again = await run(machine.host(), applyCommand, yes);
    expect(again.code).toBe(0);
    expect(machine.services.starts.get("smstools.service")).toBe(1);
  });

  test("asks, and changes nothing without a yes or without a terminal", async () => {
    const machine = await gateway();
    const before = snapshot(machine);
    expect((await run(machine.host(), applyCommand, {}, { answer: "n" })).code).toBe(130);
    expect((await run(machine.host(), applyCommand, {})).code).toBe(64);
    expect(snapshot(machine)).toBe(before);
    expect((await run(machine.host(), applyCommand, {}, { answer: "y" })).code).toBe(0);
  });

  test("needs root, and says so", async () => {
    const machine = await gateway();
    machine.uid = 1000;
    expect((await run(machine.host(), applyCommand, yes)).code).toBe(12);
    expect((await run(machine.host(), planCommand, {})).code).toBe(0);
  });

  test("one at a time", async () => {
    const machine = await gateway();
    await machine.host().locks.tryLock("/run/modemkeeper.lock");
    expect((await run(machine.host(), applyCommand, yes)).code).toBe(11);
  });

  test("restarts smsd once, and only if what it reads changed", async () => {
    const machine = await applied();
    machine.given(INVENTORY, `# a remark\n${ONE_SIM7600}`);
    const remark = await run(machine.host(), applyCommand, yes);
    expect(remark.out).toContain("Plan: 0 to add, 1 to change, 0 to remove; smsd is not touched.");
    expect(machine.services.starts.get("smstools.service")).toBe(1);
    machine.given(INVENTORY, `${ONE_SIM7600}smsd: { settings: { blocktime: 77 } }\n`);
    const changed = await run(machine.host(), applyCommand, yes);
    expect(changed.out).toContain("smsd restarts once.");
    expect(machine.services.starts.get("smstools.service")).toBe(2);
  });

  test("tells drift from a change that is wanted, and keeps what was changed by hand", async () => {
    const machine = await applied();
    machine.given("/etc/smsd.conf", `${textAt(machine, "/etc/smsd.conf")}# by hand\n`, { mode: 0o640, group: "smsd" });
    const plan = await run(machine.host(), planCommand, { json: true });
    const change = JSON.parse(plan.out).changes[0];
    expect(change).toMatchObject({ id: "file:/etc/smsd.conf", drift: true });
    expect(change.reasons).toHaveLength(1);
    expect(change.reasons[0].code).toBe("changed-by-hand");
    await run(machine.host(), applyCommand, yes);
    expect(textAt(machine, "/etc/smsd.conf")).not.toContain("# by hand");
    expect(textAt(machine, "/var/lib/modemkeeper/replaced/2/etc/smsd.conf")).toContain("# by hand");
  });

  test("without systemd it installs and enables, and says what starts at boot", async () => {
    const machine = await gateway();
    machine.services.isRunning = false;
    machine.udevRunning = false;
    const result = await run(machine.host(), applyCommand, yes);
    expect(result.code).toBe(0);
    expect(result.out).toContain("starts at the next boot");
    expect((await machine.host().services.state("smstools.service")).enabled).toBe(true);
    expect((await run(machine.host(), planCommand, { detailedExitcode: true })).code).toBe(0);
  });

  test("a foreign smsd.conf is shown, kept, and its PIN is masked", async () => {
    const machine = await gateway();
    machine.given("/etc/smsd.conf", "devices = GSM1\n[GSM1]\npin = 4711\n");
    const plan = await run(machine.host(), planCommand, {});
    expect(plan.out).toContain("± file:/etc/smsd.conf");
    expect(plan.out).toMatch(/-pin = \(secret, sha256:[0-9a-f]{8}\)/);
    expect(plan.out).not.toContain("4711");
    await run(machine.host(), applyCommand, yes);
    expect(textAt(machine, "/var/lib/modemkeeper/originals/files/etc/smsd.conf")).toContain("pin = 4711");
  });

  test("a link where a file should go is replaced, not written through", async () => {
    const machine = await gateway();
    machine.given("/etc/precious", "do not touch\n");
    const attributes = { mode: 0o777, owner: "root", group: "root", modifiedAt: 0 };
    machine.files.put("/etc/smsd.conf", { ...attributes, kind: "link", target: "/etc/precious" });
    await run(machine.host(), applyCommand, yes);
    expect(textAt(machine, "/etc/precious")).toBe("do not touch\n");
    expect(textAt(machine, "/etc/smsd.conf")).toContain("devices = SIM7600");
  });

  test("smsd that a person stopped stays stopped, and a forgotten flag does not count", async () => {
    const machine = await applied();
    await machine.services.control("stop", "smstools.service");
    machine.given("/tmp/smsd_manual_stop", "");
    machine.given(INVENTORY, `${ONE_SIM7600}smsd: { settings: { blocktime: 77 } }\n`);
    const fresh = await run(machine.host(), applyCommand, yes);
    expect(fresh.out).toContain("root stopped smsd on purpose");
    expect(fresh.out).toContain("smsd stays stopped, as a person wanted.");
    expect(machine.services.active.has("smstools.service")).toBe(false);
    machine.now = new Date(machine.now.getTime() + 31 * 60_000);
    const forgotten = await run(machine.host(), applyCommand, yes);
    expect(forgotten.out).toContain("the manual stop flag is ignored");
    expect(machine.services.active.has("smstools.service")).toBe(true);
  });

  test("a model that needed new_id gives way to one that does not: nothing is told of a file that is gone", async () => {
    const machine = await applied();
    expect(textAt(machine, "/etc/tmpfiles.d/modemkeeper.conf")).toContain("new_id");
    machine.given(INVENTORY, ONE_SIM7600.replace("model: SIM7600", "model: EC25"));
    const result = await run(machine.host(), applyCommand, yes);
    expect(result.error).toBeUndefined();
    expect(textAt(machine, "/etc/tmpfiles.d/modemkeeper.conf")).toBe("(nothing)");
    expect(machine.journal.filter((line) => line.includes("applyTmpfiles"))).toHaveLength(1);
  });

  test("no smsd package to be had: exit 12, nothing changed", async () => {
    const machine = await gateway();
    machine.packages.available.delete("smstools");
    const before = snapshot(machine);
    const result = await run(machine.host(), applyCommand, yes);
    expect(result.code).toBe(12);
    expect(snapshot(machine)).toBe(before);
  });

  test("where only a person may install packages: exit 12, and what to install", async () => {
    const machine = await gateway(`${ONE_SIM7600}host: { install_packages: false }\n`);
    const before = snapshot(machine);
    const result = await run(machine.host(), applyCommand, yes);
    expect(result.code).toBe(12);
    expect(String(result.error)).toContain("smstools is missing, and apply may not install it");
    expect(snapshot(machine)).toBe(before);
  });

  test("smsd that does not stay up: what was there runs again", async () => {
    const machine = await applied();
    const before = snapshot(machine);
    machine.given(INVENTORY, `${ONE_SIM7600}smsd: { settings: { blocktime: 77 } }\n`);
    machine.services.broken.add("smstools.service");
    const result = await run(machine.host(), applyCommand, yes);
    expect([1, 3]).toContain(result.code);
    expect(textAt(machine, "/etc/smsd.conf")).not.toContain("77");
    machine.given(INVENTORY, ONE_SIM7600);
    machine.services.broken.clear();
    await run(machine.host(), applyCommand, yes);
    expect(snapshot(machine)).toBe(before);
  });
});

describe("a saved plan", () => {
  test("is applied as it was read", async () => {
    const machine = await gateway();
    await run(machine.host(), planCommand, { out: "/root/plan" });
    expect((await run(machine.host(), applyCommand, { ...yes, saved: "/root/plan" })).code).toBe(0);
    expect((await run(machine.host(), planCommand, { detailedExitcode: true })).code).toBe(0);
  });

  test.each([
    [
      "the inventory",
      (machine: MemoryMachine) => machine.given(INVENTORY, `${ONE_SIM7600}smsd: { settings: { blocktime: 5 } }\n`),
    ],
    ["the host", (machine: MemoryMachine) => machine.given("/etc/smsd.conf", "devices = X\n")],
  ])("is refused if %s changed since", async (_what, change) => {
    const machine = await gateway();
    await run(machine.host(), planCommand, { out: "/root/plan" });
    change(machine);
    const before = snapshot(machine);
    expect((await run(machine.host(), applyCommand, { ...yes, saved: "/root/plan" })).code).toBe(13);
    expect(snapshot(machine)).toBe(before);
  });

  test("holds no content, so no secret", async () => {
    const machine = await gateway(`${ONE_SIM7600}    sim: { pin: { env: PIN } }\n`);
    machine.givenSecret({ from: "env", name: "PIN" }, "4711");
    await run(machine.host(), planCommand, { out: "/root/plan" });
    expect(textAt(machine, "/root/plan")).not.toContain("4711");
  });
});

describe("going back", () => {
  test("rollback restores the files of the generation before", async () => {
    const machine = await applied();
    const before = textAt(machine, "/etc/smsd.conf");
    machine.given(INVENTORY, `${ONE_SIM7600}smsd: { settings: { blocktime: 77 } }\n`);
    await run(machine.host(), applyCommand, yes);
    expect(textAt(machine, "/etc/smsd.conf")).toContain("blocktime = 77");
    const result = await run(machine.host(), rollbackCommand, yes);
    expect(result.error).toBeUndefined();
    expect(textAt(machine, "/etc/smsd.conf")).toBe(before);
    expect(machine.services.starts.get("smstools.service")).toBe(3);
  });

  test("rollback brings secrets back from where they are kept, and records none", async () => {
    const machine = await gateway(`${ONE_SIM7600}    sim: { pin: { env: PIN } }\n`);
    machine.givenSecret({ from: "env", name: "PIN" }, "4711");
    expect((await run(machine.host(), applyCommand, yes)).code).toBe(0);
    machine.given(INVENTORY, ONE_SIM7600);
    await run(machine.host(), applyCommand, yes);
    expect(textAt(machine, "/etc/smsd.conf")).not.toContain("4711");
    await run(machine.host(), rollbackCommand, yes);
    expect(textAt(machine, "/etc/smsd.conf")).toContain("pin = 4711");
    const records = [...machine.files.entries].filter(([path]) => path.startsWith("/var/lib/modemkeeper/"));
    expect(records.length).toBeGreaterThan(3);
    for (const [path] of records) expect(textAt(machine, path)).not.toContain("4711");
  });

  test("destroy leaves the board as it was", async () => {
    const machine = await gateway();
    machine.given("/etc/smsd.conf", "devices = GSM1\n", { mode: 0o600 });
    const before = snapshot(machine);
    await run(machine.host(), applyCommand, yes);
    expect(snapshot(machine)).not.toBe(before);
    const result = await run(machine.host(), destroyCommand, { ...yes, spool: "remove" });
    expect(result.error).toBeUndefined();
    expect(filesOf(snapshot(machine))).toEqual(filesOf(before));
    expect(textAt(machine, "/etc/smsd.conf")).toBe("devices = GSM1\n");
    expect((await run(machine.host(), destroyCommand, yes)).out).toContain("nothing to destroy");
  });

  test("verify: 0 when all is well, 2 after a change by hand, 1 when smsd is dead", async () => {
    const machine = await applied();
    expect((await run(machine.host(), verifyCommand, {})).code).toBe(0);
    machine.given("/etc/logrotate.d/smstools", "x\n");
    expect((await run(machine.host(), verifyCommand, {})).code).toBe(2);
  });
});
