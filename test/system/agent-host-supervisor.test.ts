import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { spawnExec } from "../../host/spawn-exec.ts";
import { RealSupervisor } from "../../host/supervisor.ts";
import { endProcess } from "../helpers/end-process.ts";
import { findProgram } from "../helpers/find-program.ts";

/*
 * The real systemd-notify on a socket that stands for systemd's own: what arrives there.
 */

const notify = findProgram("systemd-notify");
const WAIT = { timeout: 20_000, interval: 20 };

describe.skipIf("reason" in notify)(`signs of life${"reason" in notify ? ` (${notify.reason})` : ""}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-notify-"));
  const socket = join(folder, "notify");
  let receiver: ChildProcess;
  let received = "";

  beforeAll(async () => {
    receiver = spawn("socat", ["-u", `UNIX-RECV:${socket}`, "STDOUT"], { stdio: ["ignore", "pipe", "ignore"] });
    receiver.stdout?.on("data", (chunk: Buffer) => {
      received += chunk.toString();
    });
    await vi.waitUntil(() => existsSync(socket), WAIT);
  });
  afterAll(async () => {
    await endProcess(receiver, "SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  test("readiness, life and state arrive, also where this process's own environment names no socket", async () => {
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "60000000", WATCHDOG_PID: String(process.pid) };
    const supervisor = new RealSupervisor(spawnExec, env, process.pid);
    // socat does not close the descriptor by which the helper learns that its message was read: it waits for 5 s.
    await supervisor.notify({ ready: true, alive: true, status: "1 modem, smsd up" });
    await vi.waitUntil(() => received.includes("STATUS="), WAIT);
    expect(received).toMatch(/READY=1\nWATCHDOG=1\nSTATUS=1 modem, smsd up/);
  });
});
