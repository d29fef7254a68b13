import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { RealSmsd, serviceOf } from "../../../host/smsd.ts";
import { scratchFolder } from "./scratch.ts";

async function fakeProcess(proc: string, pid: number, comm: string, cgroup: string, state = "S") {
  const folder = join(proc, String(pid));
  await mkdir(folder);
  await writeFile(join(folder, "comm"), `${comm}\n`);
  await writeFile(join(folder, "cgroup"), cgroup);
  const beforeStart = Array(18).fill("0").join(" ");
  await writeFile(join(folder, "stat"), `${pid} (sm) sd () ${state} ${beforeStart} 250 0 0\n`);
}

test("smsd's processes are told with their service and the time they started", async () => {
  const proc = await scratchFolder();
  await writeFile(join(proc, "stat"), "cpu 1 2 3\nbtime 1700000000\n");
  await fakeProcess(proc, 41, "smsd", "0::/system.slice/smstools.service\n");
  await fakeProcess(proc, 7, "smsd", "0::/user.slice/user-0.slice/session-3.scope\n");
  await fakeProcess(proc, 8, "bash", "0::/system.slice/smstools.service\n");
  await fakeProcess(proc, 9, "smsd", "0::/\n", "Z");
  expect(await new RealSmsd("/", proc).processes()).toEqual([
    { pid: 7, unit: "", startedAt: 1_700_000_002_500 },
    { pid: 41, unit: "smstools.service", startedAt: 1_700_000_002_500 },
  ]);
});

test("an smsd of a container or a chroot is not ours", async () => {
  const proc = await scratchFolder();
  await fakeProcess(proc, 7, "smsd", "0::/\n");
  await fakeProcess(proc, 8, "smsd", "0::/\n");
  await symlink("/", join(proc, "7/root"));
  await symlink(proc, join(proc, "8/root"));
  expect((await new RealSmsd("/", proc).processes()).map((entry) => entry.pid)).toEqual([7]);
});

test.each([
  ["0::/system.slice/smstools.service\n", "smstools.service"],
  ["12:pids:/x.service\n1:name=systemd:/system.slice/smstools.service\n0::/\n", "smstools.service"],
  ["0::/user.slice/user-0.slice/user@0.service/app.slice/gateway.service\n", "gateway.service"],
  ["0::/\n", ""],
  ["", ""],
])("cgroup %j belongs to service %j", (cgroup, service) => {
  expect(serviceOf(cgroup)).toBe(service);
});

/** proc(5): a mask of the signals that are ignored; bit 14 is SIGTERM. */
async function ignoresTerm(pid: number): Promise<boolean> {
  const mask = /^SigIgn:\s+([0-9a-f]+)$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  return (BigInt(`0x${mask}`) & (1n << 14n)) !== 0n;
}

test("a stray smsd is asked to end; one that does not listen is killed; others are left alone", async () => {
  const folder = await scratchFolder();
  // The kernel names a process after its program file.
  const program = join(folder, "smsd");
  await copyFile("/bin/bash", program);
  const polite = start(program, ["-c", "while :; do sleep 0.1; done"]);
  const deaf = start(program, ["-c", "trap '' TERM; while :; do sleep 0.1; done"]);
  const bystander = start("sleep", ["60"]);
  const smsd = new RealSmsd("/", "/proc", 500);
  const pids = [polite, deaf].map(pidOf);
  await expect.poll(async () => (await smsd.processes()).filter((entry) => pids.includes(entry.pid)).length).toBe(2);
  await expect.poll(() => ignoresTerm(pidOf(deaf))).toBe(true);
  const ends = [polite, deaf].map((child) => once(child, "exit"));
  await smsd.stopStrays([...pids, pidOf(bystander)]);
  expect((await Promise.all(ends)).map(([, signal]) => signal)).toEqual(["SIGTERM", "SIGKILL"]);
  expect(bystander.exitCode).toBeNull();
});

test("the tail of the log is its last bytes; no log is an empty text", async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, "smsd.log"), `${"x".repeat(10_000)}\nlast line\n`);
  const smsd = new RealSmsd(folder, "/nonexistent");
  expect(await smsd.logTail("/smsd.log", 10)).toBe("last line\n");
  expect(await smsd.logTail("/none.log", 10)).toBe("");
});

function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the process did not start");
  return child.pid;
}
