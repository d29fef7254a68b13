import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtProgram, provision, scratchRoot } from "../helpers/cli.ts";

/*
 * A real apply on a real file system is killed (SIGKILL, by strace's injection) at each rename, the system call by which
 * every file becomes visible. Afterwards nobody may see half a file, and the next apply converges. The other steps are
 * cut off one by one on a machine in memory (test/scenarios/cut-off.test.ts).
 */

const CALL = "rename";

/** Kills `provision apply` before its n-th rename takes effect; false if it made fewer. */
async function applyKilledAt(root: string, n: number): Promise<boolean> {
  const main = join(await builtProgram(), "dist/provision/main.js");
  const inject = `inject=${CALL}:signal=SIGKILL:when=${n}`;
  const strace = ["-f", "-qq", "-o", "/dev/null", "-e", `trace=${CALL}`, "-e", inject];
  const apply = [main, "apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`];
  return new Promise((resolve) => {
    // One thread for file work, since strace counts calls by thread.
    const env = { PATH: process.env.PATH ?? "", UV_THREADPOOL_SIZE: "1" };
    const child = execFile("strace", [...strace, process.execPath, ...apply], { env }, () => {
      resolve(child.signalCode === "SIGKILL" || child.exitCode === 137);
    });
  });
}

/** What can be seen below a root; the program's own records and the half-written siblings that nobody reads left out. */
async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const visible = files.filter((file) => !file.includes("/var/lib/modemkeeper/") && !file.includes(".modemkeeper-"));
  return new Map(
    await Promise.all(visible.map(async (file) => [file.slice(folder.length), await readFile(file, "utf8")] as const)),
  );
}

async function whole(root: string): Promise<ReadonlyMap<string, string>> {
  await provision(["apply", "--yes", "--root", root, "-i", `${root}/inventory.yaml`]);
  return filesBelow(root);
}

interface Expected {
  readonly pristine: ReadonlyMap<string, string>;
  readonly applied: ReadonlyMap<string, string>;
}

/** One apply killed at the n-th rename, and one after it; false if there was no n-th. */
async function killAndConverge(n: number, expected: Expected): Promise<boolean> {
  const root = await scratchRoot();
  if (!(await applyKilledAt(root, n))) return false;
  for (const [path, text] of await filesBelow(root)) {
    const allowed = [expected.pristine.get(path), expected.applied.get(path)];
    expect(allowed, `${path} after a kill at ${CALL} ${n}`).toContain(text);
  }
  expect(await whole(root), `after a kill at ${CALL} ${n}`).toEqual(expected.applied);
  return true;
}

test("killed at any rename: nothing half-written is visible, and the next apply converges", async () => {
  const expected = { pristine: await filesBelow(await scratchRoot()), applied: await whole(await scratchRoot()) };
  let kills = 0;
  for (let n = 1, going = true; going; n += 2) {
    const killed = await Promise.all([n, n + 1].map((one) => killAndConverge(one, expected)));
    kills += killed.filter(Boolean).length;
    going = killed.every(Boolean);
  }
  expect(kills).toBeGreaterThan(5);
}, 300_000);
