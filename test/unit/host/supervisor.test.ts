import { expect, test, vi } from "vitest";
import { RealSupervisor } from "../../../host/supervisor.ts";
import { recordingExec } from "./scratch.ts";

const ASKED = { NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "30000000", WATCHDOG_PID: "77" };

test("nothing is said where no systemd asked", async () => {
  const { exec, lines } = recordingExec();
  const supervisor = new RealSupervisor(exec, { WATCHDOG_USEC: "30000000" }, 77);
  await supervisor.notify({ ready: true, alive: true, status: "up" });
  expect(supervisor.watchdogInterval).toBeUndefined();
  expect(lines()).toEqual([]);
});

test("what systemd is told is one message", async () => {
  const { exec, lines } = recordingExec();
  const supervisor = new RealSupervisor(exec, ASKED, 77);
  expect(supervisor.watchdogInterval).toBe(30_000);
  await supervisor.notify({ ready: true, alive: true, status: "2 modems\nREADY=1" });
  await supervisor.notify({ stopping: true });
  expect(lines()).toEqual(["systemd-notify READY=1 WATCHDOG=1 STATUS=2 modems READY=1", "systemd-notify STOPPING=1"]);
});

test("signs of life are passed on a few times in the interval, however often they come", async () => {
  vi.useFakeTimers();
  try {
    const { exec, lines } = recordingExec();
    const supervisor = new RealSupervisor(exec, ASKED, 77);
    for (let second = 0; second < 60; second++) {
      await supervisor.notify({ alive: true });
      vi.advanceTimersByTime(1_000);
    }
    expect(lines()).toEqual(Array(8).fill("systemd-notify WATCHDOG=1"));
  } finally {
    vi.useRealTimers();
  }
});

test("a watchdog meant for another process is not ours; one without a name is", () => {
  const { exec } = recordingExec();
  expect(new RealSupervisor(exec, ASKED, 78).watchdogInterval).toBeUndefined();
  const { WATCHDOG_PID, ...unnamed } = ASKED;
  expect(WATCHDOG_PID).toBe("77");
  expect(new RealSupervisor(exec, unnamed, 78).watchdogInterval).toBe(30_000);
});

test("a helper that fails is no trouble of ours", async () => {
  const supervisor = new RealSupervisor(async () => Promise.reject(new Error("no socket")), ASKED, 77);
  await supervisor.notify({ ready: true });
  await supervisor.notify({ alive: true });
});
