import { beforeEach, describe, expect, it } from "vitest";
import type { Host } from "../../../../core/ports.ts";
import { applyCommand } from "../../../../provision/commands/apply.ts";
import { APPLY_LOCK } from "../../../../provision/desired/paths.ts";
import { gateway, ONE_SIM7600, type Ran, run } from "../../../helpers/gateway.ts";
import type { MemoryMachine } from "../../../helpers/memory-host.ts";

const NUMBER = "+491720000001";
const SPOOL = "/var/spool/sms";
const FLAG = "/tmp/smsd_manual_stop";

let machine: MemoryMachine;
beforeEach(async () => {
  machine = await gateway();
  machine.given("/etc/hostname", "board-7\n");
});

function messages(): readonly string[] {
  return [...machine.files.entries.keys()].filter((path) => path.startsWith(`${SPOOL}/outgoing/`));
}

/** A machine whose smsd, each time somebody waits, moves what is in its queue. `freed`: whether the apply lock is free then. */
function withSmsd(folder: "sent" | "failed" | undefined, notes: string): { host: Host; freed: boolean[] } {
  const host = machine.host();
  const freed: boolean[] = [];
  const sleep = async (milliseconds: number) => {
    const lock = await machine.host().locks.tryLock(APPLY_LOCK);
    await lock?.release();
    const [path] = messages();
    const entry = path === undefined ? undefined : machine.files.entries.get(path);
    if (path !== undefined) freed.push(lock !== undefined);
    if (path !== undefined && entry?.kind === "file" && folder !== undefined) {
      machine.files.entries.delete(path);
      const content = entry.content.replace("\n\n", `\n${notes}\n\n`);
      machine.files.put(path.replace("outgoing", folder), { ...entry, content });
    }
    await host.clock.sleep(milliseconds);
  };
  return { host: { ...host, clock: { now: host.clock.now, sleep } }, freed };
}

function apply(host: Host, options: { readonly testSms?: string; readonly json?: boolean } = {}): Promise<Ran> {
  return run(host, applyCommand, { yes: true, testSms: NUMBER, ...options });
}

function sent(): string {
  const path = [...machine.files.entries.keys()].find((name) => name.startsWith(`${SPOOL}/sent/`));
  const entry = path === undefined ? undefined : machine.files.entries.get(path);
  return entry?.kind === "file" ? entry.content : "";
}

describe("apply --test-sms", () => {
  it("sends a message after everything else, without keeping the agent from acting", async () => {
    const { host, freed } = withSmsd("sent", "Modem: SIM7600");
    const { code, out, err } = await apply(host);
    expect(code).toBe(0);
    expect(out).toMatch(/✓ agent.*\n.*✓ test message: sent to \+491720000001 by SIM7600 in 0\.1 s\n$/);
    expect(err).toContain("sending a test message to +491720000001");
    expect(sent()).toMatch(/\n\nmodemkeeper test from board-7 at 2030-01-01T\d\d:\d\d:\d\dZ$/);
    expect(freed).toEqual([true]);
  });

  it("sends one where there was nothing to apply, too", async () => {
    await run(machine.host(), applyCommand, { yes: true });
    const { code, out } = await apply(withSmsd("sent", "Modem: SIM7600").host);
    expect(code).toBe(0);
    expect(out).toContain("test message: sent");
  });

  it("that the network refuses is a failed check: exit 1, what to do, and nothing is undone", async () => {
    const { code, out } = await apply(withSmsd("failed", "Modem: SIM7600\nFail_reason: +CMS ERROR: 8").host);
    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ test message: not sent to \+491720000001: \+CMS ERROR: 8, after 0\.1 s\n {6}fix: Ask the operator/,
    );
    expect(machine.files.entries.has("/etc/smsd.conf")).toBe(true);
  });

  it("is given two minutes", async () => {
    const { code, out } = await apply(withSmsd(undefined, "").host);
    expect(code).toBe(1);
    expect(out).toContain("it still waits in /var/spool/sms/outgoing after 120.0 s");
  });

  it("is part of the JSON", async () => {
    const { out } = await apply(withSmsd("sent", "Modem: SIM7600").host, { json: true });
    expect(JSON.parse(out).checks.at(-1)).toMatchObject({ name: "test message", level: "ok" });
  });

  it("leaves nothing in a queue that nobody empties: no modem", async () => {
    machine.usb = [];
    const { code, out } = await apply(machine.host());
    expect(code).toBe(1);
    expect(out).toContain("no modem of the inventory is plugged in");
    expect(messages()).toEqual([]);
  });

  it("leaves nothing in a queue that nobody empties: smsd stopped on purpose", async () => {
    machine.given(FLAG, "");
    const { code, out } = await apply(machine.host());
    expect(code).toBe(1);
    expect(out).toMatch(/test message: not sent .*: smsd does not run\n {6}fix: modemkeeper smsd start/);
    expect(messages()).toEqual([]);
  });

  it("does not wait for what cannot be followed", async () => {
    machine.given("/root/inventory.yaml", `${ONE_SIM7600}smsd:\n  settings:\n    keep_filename: false\n`);
    const { code, out } = await apply(machine.host());
    expect(code).toBe(0);
    expect(out).toMatch(/! test message: in smsd's queue .*keep_filename/);
  });

  it.each([
    ["a number that is none", "Mum", 64],
    ["two numbers", "+49172,+49173", 64],
  ])("of %s is refused before anything is done", async (_, testSms, expected) => {
    expect((await apply(machine.host(), { testSms })).code).toBe(expected);
    expect(machine.journal).toEqual([]);
  });

  it("is refused for the image of another system", async () => {
    const { code, error } = await apply({ ...machine.host(), root: "/mnt/image" });
    expect(code).toBe(12);
    expect(String(error)).toContain("/mnt/image");
    expect(machine.journal).toEqual([]);
  });

  it("of a host without a name says so", async () => {
    machine.given("/etc/hostname", "\u001b]evil\n");
    await apply(withSmsd("sent", "").host);
    expect(sent()).toContain("modemkeeper test from an unnamed host at");
  });
});
