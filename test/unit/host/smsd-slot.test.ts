import { expect, test } from "vitest";
import { smsdModemOf, smsdRoleOf } from "../../../host/smsd-slot.ts";

/* Command lines as smsd 3.1.21 shows them in /proc/PID/cmdline. */

const line = (name: string) => ["/usr/sbin/smsd", "-t", "-c/etc/smsd.conf", `-n${name}`, ""].join("\0");

test.each([
  ["MAINPROCESS", "main"],
  ["MAINPROCESS____________________", "main"],
  ["NOTIFIER___", "notifier"],
  ["NOTIFIER_______________________", "notifier"],
  ["SIM7600____", "modem"],
] as const)("%s is the %s process", (name, role) => {
  expect(smsdRoleOf(line(name))).toBe(role);
});

test("an smsd that was started without names tells nothing", () => {
  expect(smsdRoleOf("/usr/sbin/smsd\0-t\0")).toBeUndefined();
  expect(smsdModemOf("/usr/sbin/smsd\0-t\0", "SIM7600")).toBe(false);
});

test("a modem's process is known by its name", () => {
  expect(smsdModemOf(line("SIM7600____"), "SIM7600")).toBe(true);
  expect(smsdModemOf(line("SIM7600____"), "SIM76")).toBe(false);
});
