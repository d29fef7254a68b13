import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { ModemkeeperError } from "../../../core/errors.ts";
import { spawnExec } from "../../../host/spawn-exec.ts";
import { RealUsbControl } from "../../../host/usb-control.ts";
import { recordingExec, scratchFolder } from "./scratch.ts";

const NOW = 1_000_000;
const clock = { now: () => NOW };

let sysfs: string;

function given(path: string, content: string): string {
  const full = join(sysfs, "bus/usb/devices", path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, content);
  return full;
}

beforeEach(async () => {
  sysfs = await scratchFolder();
});

test("the state is what sysfs says; a device that is not there has none", async () => {
  given("1-2.1/devnum", "7\n");
  given("1-2.1/power/control", "auto\n");
  given("1-2.1/authorized", "0\n");
  const usb = new RealUsbControl(recordingExec().exec, sysfs, clock);
  const state = { deviceNumber: 7, powerControl: "auto", authorized: false };
  expect(await usb.state("1-2.1")).toEqual(state);
  given("1-2.1/power/connected_duration", "61234\n");
  expect(await usb.state("1-2.1")).toEqual({ ...state, connectedAt: NOW - 61_234 });
  expect(await usb.state("1-3")).toBeUndefined();
});

test("reauthorizing ends with an authorized device", async () => {
  const authorized = given("1-2/authorized", "1\n");
  await new RealUsbControl(spawnExec, sysfs, clock).reauthorize("1-2");
  expect(readFileSync(authorized, "utf8")).toBe("1");
});

test("where taking the authorization fails or hangs, it is given back nevertheless, and the failure is told", async () => {
  const authorized = given("1-2/authorized", "0");
  const usb = new RealUsbControl(
    async (command, args, options) => {
      if (args.includes("0")) throw new ModemkeeperError("command-failed", "did not finish");
      return spawnExec(command, args, options);
    },
    sysfs,
    clock,
  );
  await expect(usb.reauthorize("1-2")).rejects.toMatchObject({ code: "command-failed", message: "did not finish" });
  expect(readFileSync(authorized, "utf8")).toBe("1");
});

test("a device that is not there cannot be reauthorized", async () => {
  await expect(new RealUsbControl(spawnExec, sysfs, clock).reauthorize("1-9")).rejects.toMatchObject({
    code: "command-failed",
  });
});

test.each([
  [{ hub: "1", port: 2 }, "usb1/1-0:1.0/usb1-port2/disable"],
  [{ hub: "1-2.3", port: 4 }, "1-2.3/1-2.3:1.0/1-2.3-port4/disable"],
])("port power of %j is cut by the kernel's attribute", async (port, path) => {
  const attribute = given(path, "0\n");
  const { exec, lines } = recordingExec();
  await new RealUsbControl(exec, sysfs, clock).cyclePower(port, 3);
  expect(lines().map((line) => line.split(" sh ").at(-1))).toEqual([`${attribute} 1 3 0`]);
});

test.each([
  [{ hub: "1", port: 2 }, "uhubctl -l 1 -p 2 -a cycle -d 5"],
  [{ hub: "1-2", port: 4 }, "uhubctl -l 1-2 -p 4 -a cycle -d 5"],
])("where the kernel has none, uhubctl does it: %j", async (port, line) => {
  const { exec, lines } = recordingExec();
  await new RealUsbControl(exec, sysfs, clock).cyclePower(port, 5);
  expect(lines()).toEqual([line]);
});

test.each(["../../etc", "1-2/../..", "1-", "-1", "usb1", "1-2;id", "1-2\n", "", "--help", "1-2..3"])(
  "%j is no device, and nothing is touched",
  async (name) => {
    const { exec, lines } = recordingExec();
    const usb = new RealUsbControl(exec, sysfs, clock);
    for (const attempt of [usb.state(name), usb.reset(name), usb.reauthorize(name)]) {
      await expect(attempt).rejects.toMatchObject({ code: "command-failed" });
    }
    await expect(usb.cyclePower({ hub: name, port: 1 }, 1)).rejects.toMatchObject({ code: "command-failed" });
    expect(lines()).toEqual([]);
  },
);

test.each([0, -1, 1.5, 100, Number.NaN])("%j is no port", async (port) => {
  const usb = new RealUsbControl(recordingExec().exec, sysfs, clock);
  await expect(usb.cyclePower({ hub: "1-2", port }, 1)).rejects.toMatchObject({ code: "command-failed" });
});

test("a reset runs in a process of its own, which says why it failed", async () => {
  const usb = new RealUsbControl(spawnExec, sysfs, clock);
  await expect(usb.reset("250-1")).rejects.toMatchObject({
    code: "command-failed",
    why: expect.stringContaining("cannot reset 250-1: it is not on the bus"),
  });
});
