import { beforeEach, expect, test } from "vitest";
import { linksRepairCommand } from "../../../../agent/commands/links-repair.ts";
import { appliedGateway, type Given } from "../observe/agent-machine.ts";
import { runAgent } from "./command-desk.ts";

const AT = "/dev/ttyUSB_SIM7600_AT";
const LINK = { kind: "link", mode: 0o777, owner: "root", group: "root", modifiedAt: 0 } as const;

let given: Given;
beforeEach(async () => {
  given = await appliedGateway();
  // The kernel's terminals, which udev's links lead to.
  for (let number = 0; number < 5; number++) given.machine.given(`/dev/ttyUSB${number}`, "");
});

const repair = () => runAgent(given, linksRepairCommand, {});

function targetOf(path: string): string | undefined {
  const entry = given.machine.files.entries.get(path);
  return entry?.kind === "link" ? entry.target : undefined;
}

test("links that are right are left alone, and that is said", async () => {
  const before = given.machine.journal.length;
  expect(await repair()).toMatchObject({ code: 0, out: "All 5 links are right.\n" });
  expect(given.machine.journal).toHaveLength(before);
});

test("a link that udev can make is made by udev", async () => {
  given.machine.files.entries.delete(AT);
  given.machine.onUdevTrigger = () => given.machine.files.put(AT, { ...LINK, target: "ttyUSB2" });
  const { code, out } = await repair();
  expect(code).toBe(0);
  expect(out).toContain(`${AT} is missing; it must lead to ttyUSB2.`);
  expect(out).toContain("udev made 1 of them");
  expect(out).not.toContain("by hand");
});

test("a link that udev does not make is written", async () => {
  given.machine.files.put(AT, { ...LINK, target: "ttyUSB0" });
  const { code, out } = await repair();
  expect(code).toBe(0);
  expect(out).toContain("leads to ttyUSB0; it must lead to ttyUSB2");
  expect(out).toContain("written by hand");
  expect(targetOf(AT)).toBe("ttyUSB2");
});

test("a link that nobody can make: exit 1", async () => {
  given.machine.files.entries.delete(AT);
  given.machine.files.entries.delete("/dev/ttyUSB2");
  const { code, err } = await repair();
  expect(code).toBe(1);
  expect(err).toContain(`${AT} could not be written`);
});

test("a link of an absent modem that leads nowhere is removed", async () => {
  given.machine.unplug("1-1");
  given.machine.files.entries.delete("/dev/ttyUSB2");
  const { code, out } = await repair();
  expect(code).toBe(0);
  expect(out).toContain("no SIM7600 is plugged in");
  expect(out).toContain(`${AT} led to ttyUSB2, which is gone: it was removed.`);
  expect(targetOf(AT)).toBeUndefined();
  expect(targetOf("/dev/ttyUSB_SIM7600_DIAG")).toBe("ttyUSB0");
});
