import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cached, contentOf, keyOf, prune } from "../../lab/cache.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "lab-cache-"));
  vi.stubEnv("MODEMKEEPER_CACHE", home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

test("a key depends on where one input ends and the next begins", () => {
  expect(keyOf("ab", "c")).not.toBe(keyOf("a", "bc"));
  expect(keyOf("ab", "c")).toBe(keyOf("ab", "c"));
});

test("the content of a folder tells names, modes and text apart", async () => {
  await writeFile(join(home, "one"), "text", { mode: 0o644 });
  const before = await contentOf(home);
  await rm(join(home, "one"));
  await writeFile(join(home, "one"), "text", { mode: 0o755 });
  const executable = await contentOf(home);
  await writeFile(join(home, "one"), "other text");
  expect(new Set([before, executable, await contentOf(home)]).size).toBe(3);
});

test("a thing is built once, also when two ask for it at the same time", async () => {
  let builds = 0;
  const build = async (folder: string) => {
    builds += 1;
    await writeFile(join(folder, "made"), `${builds}`);
  };
  const folders = await Promise.all([cached("kind", "key", build), cached("kind", "key", build)]);
  expect(new Set(folders).size).toBe(1);
  expect(builds).toBe(1);
  expect(await readFile(join(folders[0] ?? "", "made"), "utf8")).toBe("1");
});

test("a build that fails leaves nothing that looks finished, and the next one may succeed", async () => {
  await expect(cached("kind", "key", () => Promise.reject(new Error("no space")))).rejects.toThrow("no space");
  expect(await readdir(join(home, "lab", "kind"))).toEqual([]);
  expect(existsSync(await cached("kind", "key", async () => {}))).toBe(true);
});

test("the lock of a process that is gone does not hold anybody up", async () => {
  await cached("kind", "other", async () => {});
  // Larger than any pid that Linux gives (kernel.pid_max is 4194304 at most).
  await writeFile(join(home, "lab", "kind", "key.lock"), "99999999");
  expect(existsSync(await cached("kind", "key", async () => {}))).toBe(true);
});

test("what has not been used for long is removed, what has been is kept", async () => {
  await writeFile(join(home, "old"), "");
  await writeFile(join(home, "new"), "");
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(join(home, "old"), yesterday, yesterday);
  await prune(home, 3_600_000);
  expect(await readdir(home)).toEqual(["new"]);
});
