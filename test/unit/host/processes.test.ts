import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { FlockLocks } from "../../../host/locks.ts";
import { RealProcesses } from "../../../host/processes.ts";
import { spawnExec } from "../../../host/spawn-exec.ts";
import { scratchFolder } from "./scratch.ts";

const processes = new RealProcesses("/", "/proc");
const WAIT = { timeout: 10_000, interval: 20 };

/** A shell that has done `setup` and then lives until the test ends. */
async function shell(setup: string, ...args: string[]): Promise<ChildProcess & { pid: number }> {
  const child = spawn("sh", ["-c", `${setup}\necho ready\nread end`, "sh", ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  if (child.pid === undefined) throw new Error("no shell");
  return Object.assign(child, { pid: child.pid });
}

test("who has a file open is told with name, user and start, by whatever link it was asked; ourselves excluded", async () => {
  const folder = await scratchFolder();
  const [file, link, free] = ["file", "link", "free"].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(file, "");
  writeFileSync(free, "");
  symlinkSync("file", link);
  const before = Date.now();
  const { pid } = await shell('exec 9<"$1"', file);
  const own = openSync(file, "r");
  onTestFinished(() => closeSync(own));
  const holders = await processes.holdersOf([link, free, join(folder, "nothing")]);
  expect(holders.get(link)).toEqual([{ pid, process: "sh", user: userInfo().username, since: expect.any(Number) }]);
  // The kernel counts in hundredths of a second from a boot time in whole seconds.
  expect(Math.abs((holders.get(link)?.[0]?.since ?? 0) - before)).toBeLessThan(3_000);
  expect(holders.get(free)).toEqual([]);
  expect(holders.get(join(folder, "nothing"))).toEqual([]);
});

test("a file that has vanished is still held, also as asked by a link that now leads nowhere", async () => {
  const folder = await scratchFolder();
  const file = join(folder, "ttyUSB2");
  writeFileSync(file, "");
  symlinkSync("ttyUSB2", join(folder, "link"));
  const { pid } = await shell('exec 9<"$1"', file);
  unlinkSync(file);
  const holders = await processes.holdersOf([join(folder, "link")]);
  expect(holders.get(join(folder, "link"))?.map((holder) => holder.pid)).toEqual([pid]);
});

test("the holder of a lock is who has it, not the helper that took it", async () => {
  const lock = join(await scratchFolder(), "lock");
  const { pid } = await shell('exec 9>"$1"; flock -x 9', lock);
  expect(await processes.lockHolder(lock)).toMatchObject({ pid, process: "sh" });
});

test("who only waits for a lock, or has the file open, does not hold it; nor do we", async () => {
  const lock = join(await scratchFolder(), "lock");
  expect(await processes.lockHolder(lock)).toBeUndefined();
  const mine = await new FlockLocks(spawnExec, "/").tryLock(lock);
  const waiting = await shell('exec 9>"$1"; flock -x 9 & exec 8<"$1"', lock);
  expect(await processes.lockHolder(lock)).toBeUndefined();
  await mine?.release();
  // Now the one that waited has it, and shares it with the shell that opened the file.
  await vi.waitUntil(async () => (await processes.lockHolder(lock))?.pid === waiting.pid, WAIT);
});

test("a shared lock is none that keeps others out of a modem", async () => {
  const lock = join(await scratchFolder(), "lock");
  await shell('exec 9>"$1"; flock -s 9', lock);
  expect(await processes.lockHolder(lock)).toBeUndefined();
});

test("running programs are known by name, also by one longer than the kernel keeps", async () => {
  const proc = await scratchFolder();
  for (const [pid, comm] of [
    [1, "systemd"],
    [2, "ModemManager"],
    [3, "a-very-long-pro"],
  ] as const) {
    mkdirSync(join(proc, String(pid)));
    writeFileSync(join(proc, String(pid), "comm"), `${comm}\n`);
  }
  const fake = new RealProcesses("/", proc);
  expect(await fake.running(["ModemManager", "Modem", "a-very-long-program", "brltty"])).toEqual([
    "ModemManager",
    "a-very-long-program",
  ]);
});

test("smsd's process for a modem is told by the name that it writes over its command line", async () => {
  const proc = await scratchFolder();
  const given = (pid: number, comm: string, slot: string) => {
    mkdirSync(join(proc, String(pid)));
    writeFileSync(join(proc, String(pid), "comm"), `${comm}\n`);
    writeFileSync(join(proc, String(pid), "cmdline"), `/usr/sbin/smsd\0-t\0-c/etc/smsd.conf\0-n${slot}\0`);
  };
  given(10, "smsd", "MAINPROCESS");
  given(11, "smsd", "NOTIFIER___");
  given(12, "smsd", "SIM7600____");
  given(13, "smsd", "SIM7600-2__");
  given(14, "sh", "EC25_______");
  given(15, "smsd", "G__________");
  const fake = new RealProcesses("/", proc);
  expect(await fake.smsdModemProcess("SIM7600")).toBe(12);
  expect(await fake.smsdModemProcess("SIM7600-2")).toBe(13);
  expect(await fake.smsdModemProcess("EC25")).toBeUndefined();
  // No room for the whole name: smsd leaves its first letter.
  expect(await fake.smsdModemProcess("GARAGE-MODEM-1")).toBe(15);
  given(16, "smsd", "G__________");
  expect(await fake.smsdModemProcess("GARAGE-MODEM-1")).toBeUndefined();
});

test("a signal reaches a process, and a process that is gone is no error", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const ended = once(child, "exit");
  expect(await processes.signal(child.pid ?? 0, "SIGTERM")).toBe(true);
  await ended;
  expect(await processes.signal(child.pid ?? 0, "SIGTERM")).toBe(false);
});
