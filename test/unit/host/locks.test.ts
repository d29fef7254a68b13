import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FlockLocks } from "../../../host/locks.ts";
import { zxExec } from "../../../host/zx-exec.ts";
import { scratchFolder } from "./scratch.ts";

const locks = new FlockLocks(zxExec, "/");

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
  expect((await zxExec("flock", ["-n", path, "true"], { accept: [1] })).code).toBe(1);
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
