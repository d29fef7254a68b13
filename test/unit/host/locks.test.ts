import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FlockLocks } from "../../../host/locks.ts";
import { spawnExec } from "../../../host/spawn-exec.ts";
import { isRoot, scratchFolder } from "./scratch.ts";

const locks = new FlockLocks(spawnExec, "/");

test("a lock is held until released, also against this same process", async () => {
  const path = join(await scratchFolder(), "run/apply.lock");
  const first = await locks.tryLock(path);
  expect(first).toBeDefined();
  expect(await locks.tryLock(path)).toBeUndefined();
  await first?.release();
  const again = await locks.tryLock(path);
  expect(again).toBeDefined();
  await again?.release();
});

test("other programs see it as an ordinary flock, in both directions; it goes with its holder", async () => {
  const path = join(await scratchFolder(), "lock");
  const mine = await locks.tryLock(path);
  expect((await spawnExec("flock", ["-n", path, "true"], { accept: [1] })).code).toBe(1);
  await mine?.release();
  const other = spawn("flock", ["--no-fork", path, "sleep", "60"], { stdio: "ignore" });
  onTestFinished(() => void other.kill("SIGKILL"));
  await expect
    .poll(async () => {
      const lock = await locks.tryLock(path);
      await lock?.release();
      return lock === undefined;
    })
    .toBe(true);
  other.kill("SIGKILL");
  await once(other, "exit");
  const free = await locks.tryLock(path);
  expect(free).toBeDefined();
  await free?.release();
});

test("a link in the lock's place is refused", async () => {
  const folder = await scratchFolder();
  await symlink(join(folder, "elsewhere"), join(folder, "lock"));
  await expect(locks.tryLock(join(folder, "lock"))).rejects.toMatchObject({ code: "io" });
});

test("a lock is waited for: had when it is let go, given up after the time", async () => {
  const path = join(await scratchFolder(), "lock");
  const first = await locks.lock(path, 0);
  expect(first).toBeDefined();
  expect(await locks.lock(path, 50)).toBeUndefined();
  const waiting = locks.lock(path, 60_000);
  await first?.release();
  const second = await waiting;
  expect(second).toBeDefined();
  await second?.release();
});

test("whoever may use a modem may take its lock: the file is open to all, whatever the umask", async () => {
  const folder = await scratchFolder();
  await chmod(folder, 0o1777);
  const path = join(folder, "lock");
  const umask = process.umask(0o077);
  const lock = await locks.tryLock(path).finally(() => process.umask(umask));
  await lock?.release();
  expect((await stat(path)).mode & 0o777).toBe(0o666);
});

test("a lock in a folder of one's own is one's own: who may read it could hold it for ever", async () => {
  const path = join(await scratchFolder(), "lock");
  const umask = process.umask(0);
  const lock = await locks.tryLock(path).finally(() => process.umask(umask));
  await lock?.release();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.runIf(isRoot)("a lock file that another user made in a folder for all is used as it is", async () => {
  const folder = join(await scratchFolder(), "lock");
  await mkdir(folder);
  await chmod(folder, 0o1777);
  const path = join(folder, "modem_access.lock");
  await writeFile(path, "", { mode: 0o600 });
  await chown(path, 12_345, 12_345);
  const lock = await locks.tryLock(path);
  expect(lock).toBeDefined();
  await lock?.release();
  expect(await stat(path)).toMatchObject({ uid: 12_345, mode: 0o100600 });
});
