import { describe, expect, it } from "vitest";
import { initCommand } from "../../../provision/commands/init.ts";
import { validateCommand } from "../../../provision/commands/validate.ts";
import { gateway, INVENTORY, run } from "../../helpers/gateway.ts";
import type { MemoryMachine } from "../../helpers/memory-host.ts";

const OUT = "/root/new.yaml";
const PIN_FILE = "/etc/modemkeeper/secrets/GSM1.pin";
const CONF = "devices = GSM1\ndelaytime = 7\n[GSM1]\ndevice = /dev/serial/by-id/modem\npin = 4711\n";

function contentAt(machine: MemoryMachine, path: string): string | undefined {
  const entry = machine.files.entries.get(path);
  return entry?.kind === "file" ? entry.content : undefined;
}

async function machineWith(conf: string): Promise<MemoryMachine> {
  const machine = await gateway();
  machine.given("/etc/smsd.conf", conf);
  return machine;
}

describe("provision init", () => {
  it("writes what `provision validate` accepts, owned by the person who runs it", async () => {
    const machine = await gateway();
    const result = await run(machine.host(), initCommand, { out: "new.yaml" });
    expect([result.error, result.code, result.out]).toEqual([undefined, 0, ""]);
    expect(result.err).toContain("Wrote new.yaml with 1 modem.");
    expect(machine.files.entries.get(OUT)).toMatchObject({ mode: 0o644, owner: "root" });
    const validated = await run(machine.host(), validateCommand, {}, { inventoryFile: OUT });
    expect(validated.code).toBe(0);
  });

  it("never writes over an inventory without --force", async () => {
    const machine = await gateway();
    const before = contentAt(machine, INVENTORY);
    const result = await run(machine.host(), initCommand, { out: INVENTORY });
    expect(result.code).toBe(12);
    expect(String(result.error)).toContain("exists already");
    expect(contentAt(machine, INVENTORY)).toBe(before);
    expect((await run(machine.host(), initCommand, { out: INVENTORY, force: true })).code).toBe(0);
    expect(contentAt(machine, INVENTORY)).toContain("provision init");
  });

  it("takes over the machine's smsd.conf, following the device's links, and moves the PIN", async () => {
    const machine = await machineWith(CONF);
    const attributes = { mode: 0o777, owner: "root", group: "root", modifiedAt: 0 };
    machine.files.put("/dev/ttyUSB2", { ...attributes, kind: "other" });
    machine.files.put("/dev/serial/by-id/modem", { ...attributes, kind: "link", target: "../../ttyUSB2" });
    const result = await run(machine.host(), initCommand, { out: OUT });
    expect(result.error).toBeUndefined();
    expect(result.err).toContain("Found by this path");
    expect(machine.files.entries.get(PIN_FILE)).toMatchObject({ content: "4711\n", mode: 0o600, owner: "root" });
    expect(contentAt(machine, OUT)).toContain("delaytime: 7");
    expect(result.err + contentAt(machine, OUT)).not.toContain("4711");
  });

  it("with `--out -` prints the inventory and changes nothing", async () => {
    const machine = await machineWith(CONF);
    const result = await run(machine.host(), initCommand, { out: "-" });
    expect(result.out).toContain("name: GSM1");
    expect(result.err).toContain(`put the PIN of GSM1 into ${PIN_FILE}`);
    expect(machine.journal).toEqual([]);
  });

  it("tells whoever is not root how to move the PIN", async () => {
    const machine = await machineWith(CONF);
    machine.uid = 1000;
    const result = await run(machine.host(), initCommand, { out: OUT });
    expect(result.err).toContain(`sudo install -D -m 600 /dev/stdin ${PIN_FILE}`);
    expect(contentAt(machine, PIN_FILE)).toBeUndefined();
  });

  it("keeps a PIN that is there already and differs, and then writes nothing", async () => {
    const machine = await machineWith(CONF);
    machine.given(PIN_FILE, "9999\n", { mode: 0o600 });
    const result = await run(machine.host(), initCommand, { out: OUT });
    expect(result.code).toBe(12);
    expect(String(result.error)).not.toMatch(/4711|9999/);
    expect(machine.journal).toEqual([]);
  });

  it("does not take over what modemkeeper itself wrote, unless it is named", async () => {
    const machine = await machineWith(`# Written by modemkeeper. Changes made here are undone.\n${CONF}`);
    const silent = await run(machine.host(), initCommand, { out: "-" });
    expect(silent.err).toContain("nothing to take over");
    expect(silent.out).not.toContain("GSM1");
    const named = await run(machine.host(), initCommand, { out: "-", from: "/etc/smsd.conf" });
    expect(named.out).toContain("name: GSM1");
  });

  it("says which file is not there", async () => {
    const machine = await gateway();
    const result = await run(machine.host(), initCommand, { out: OUT, from: "old.conf" });
    expect([result.code, String(result.error)]).toEqual([12, "ModemkeeperError: old.conf is not there"]);
  });
});
