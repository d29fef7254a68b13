import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { withAccess } from "../../agent/at/access.ts";
import type { AgentHost } from "../../core/agent-ports.ts";
import { realAgentHost } from "../../host/real-agent-host.ts";
import { endProcess } from "../helpers/end-process.ts";

/*
 * The access lock against a plain `flock -x` of a shell, in both directions, and against sudden death; programs that run
 * under it.
 */

const run = promisify(execFile);
const WAIT = { timeout: 15_000, interval: 20 };
const folder = mkdtempSync(join(tmpdir(), "agent-access-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let locks = 0;
function newLock(): string {
  locks += 1;
  return join(folder, `lock-${locks}`);
}

async function quietHost(): Promise<AgentHost> {
  const host = await realAgentHost();
  return { ...host, logs: { ...host.logs, append: async () => {} } };
}

async function access(lockFile: string, waitMs: number): Promise<string> {
  const host = await quietHost();
  return await withAccess({ host, lockFile, modem: "M", port: "p", purpose: "at", waitMs }, async () => "had it");
}

/** True if a shell gets the lock without waiting. */
async function shellGets(lockFile: string): Promise<boolean> {
  return await run("flock", ["-n", "-x", lockFile, "true"]).then(
    () => true,
    () => false,
  );
}

/** Another process of ours that holds the lock, and runs a program if one is given. */
async function holder(lockFile: string, ...argv: string[]): Promise<ChildProcess> {
  const script = new URL("./agent-at-holder.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", script, lockFile, ...argv], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => endProcess(child, "SIGKILL"));
  let said = "";
  child.stdout?.on("data", (data: Buffer) => {
    said += data.toString();
  });
  await vi.waitUntil(() => said.includes("held"), WAIT);
  Object.assign(child, { said: () => said });
  return child;
}

test("a shell that holds the lock keeps us out, by name; when it ends we are in", async () => {
  const lockFile = newLock();
  const shell = spawn("flock", ["-x", lockFile, "sh", "-c", "read line"], { stdio: ["pipe", "ignore", "inherit"] });
  onTestFinished(() => endProcess(shell, "SIGKILL"));
  await vi.waitUntil(async () => !(await shellGets(lockFile)), WAIT);
  await expect(access(lockFile, 100)).rejects.toMatchObject({
    code: "lock-held",
    message: expect.stringContaining(`(pid ${shell.pid}`),
  });
  const waiting = access(lockFile, 15_000);
  shell.stdin?.end();
  expect(await waiting).toBe("had it");
});

test("while we hold it a shell waits, and it is free afterwards", async () => {
  const lockFile = newLock();
  const host = await quietHost();
  await withAccess({ host, lockFile, modem: "M", port: "p", purpose: "at", waitMs: 1000 }, async () => {
    expect(await shellGets(lockFile)).toBe(false);
  });
  expect(await shellGets(lockFile)).toBe(true);
});

test("a holder that is killed leaves it free at once", async () => {
  const lockFile = newLock();
  const child = await holder(lockFile);
  expect(await shellGets(lockFile)).toBe(false);
  await endProcess(child, "SIGKILL");
  expect(await shellGets(lockFile)).toBe(true);
});

test("twenty that want it at a time have it one after the other", async () => {
  const lockFile = newLock();
  const host = await quietHost();
  let inside = 0;
  const one = () =>
    withAccess({ host, lockFile, modem: "M", port: "p", purpose: "at", waitMs: 60_000 }, async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 20 }, one));
});

test("a program under the lock: its exit code is passed on, the lock lasts as long as it", async () => {
  const lockFile = newLock();
  const child = await holder(lockFile, "sh", "-c", "exit 7");
  const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
  expect(code).toBe(7);
  expect(await shellGets(lockFile)).toBe(true);
});

test("a program that a signal ends gives 128 and the signal's number", async () => {
  const child = await holder(newLock(), "sh", "-c", "kill -KILL $$");
  const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
  expect(code).toBe(137);
});

test("signals are the program's business: it ends in its own time, and the lock with it", async () => {
  const lockFile = newLock();
  const child = await holder(lockFile, "sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done");
  await vi.waitUntil(() => (child as ChildProcess & { said(): string }).said().includes("ready"), WAIT);
  expect(await shellGets(lockFile)).toBe(false);
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  expect(code).toBe(9);
  expect(await shellGets(lockFile)).toBe(true);
});

test("a program that is not there is a clear error, and the lock is free", async () => {
  const lockFile = newLock();
  const host = await quietHost();
  const request = { host, lockFile, modem: "", port: "", purpose: "lock", waitMs: 1000 };
  const work = withAccess(request, () => host.programs.runInherited(["/nonexistent/program"]));
  await expect(work).rejects.toMatchObject({ code: "precondition-missing" });
  expect(await shellGets(lockFile)).toBe(true);
});
