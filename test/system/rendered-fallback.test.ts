import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { judgeStopFlag, type StopFlag } from "../../core/manual-stop.ts";
import { endProcess } from "../helpers/end-process.ts";
import { FallbackHost } from "../helpers/fallback-host.ts";
import { STOP_FLAG_CASES, STOP_RULES } from "../helpers/stop-flag-cases.ts";

/*
 * What the fallback does while the agent cannot, run by the real sh with the real stat, dd, flock and awk.
 */

const isRoot = process.geteuid?.() === 0;
const SMSD = "smstools.service";
const TOUCHED = { kind: "file", owner: "root", age: 60, content: () => "" } as const;
const host = new FallbackHost();
const children = new Set<ChildProcess>();

beforeEach(() => {
  host.create();
  host.install();
  host.unit(SMSD, "inactive");
});
afterEach(async () => {
  await Promise.all([...children].map((child) => endProcess(child, "SIGKILL")));
  children.clear();
  host.remove();
});

function aProcess(command: string, ...args: string[]): number {
  const child = spawn(command, args, { stdio: "ignore" });
  children.add(child);
  return child.pid ?? 0;
}

describe("smsd that is down", () => {
  it("is started, and that is said", () => {
    const { code, said } = host.run("watch");
    expect({ code, started: host.started }).toEqual({ code: 0, started: [SMSD] });
    expect(said).toContain("smsd was started");
  });

  it("is not touched while the agent is at work", () => {
    host.agentLooked(20);
    expect(host.run("watch")).toEqual({ code: 0, said: "" });
    expect(host.started).toEqual([]);
  });

  it.each([
    ["has not looked for long", () => host.agentLooked(600)],
    ["is active but has never looked", () => host.unit("modemkeeper.service", "active")],
    ["does not run", () => host.unit("modemkeeper.service", "inactive")],
  ])("is started when the agent %s", (_what, given) => {
    given();
    host.run("watch");
    expect(host.started).toEqual([SMSD]);
  });

  it("is left to whoever works on the host", async () => {
    aProcess("flock", "-x", host.lock, "sleep", "60");
    await vi.waitFor(() => expect(isLocked()).toBe(true), { timeout: 10_000, interval: 20 });
    expect(host.run("watch")).toEqual({ code: 0, said: "" });
    expect(host.started).toEqual([]);
  });

  it("is not started through a lock that leads elsewhere", () => {
    symlinkSync(join(host.folder, "elsewhere"), host.lock);
    host.run("watch");
    expect(host.started).toEqual([]);
    expect(existsSync(join(host.folder, "elsewhere"))).toBe(false);
  });

  it.runIf(isRoot)("is started although another user made the lock's file", () => {
    writeFileSync(host.lock, "");
    chownSync(host.lock, 65_534, 65_534);
    chmodSync(host.folder, 0o1777);
    expect(host.run("watch").code).toBe(0);
    expect(host.started).toEqual([SMSD]);
  });

  it("that the guard refuses is told with exit code 1", () => {
    host.smsdRefuses();
    const { code, said } = host.run("watch");
    expect(code).toBe(1);
    expect(said).toContain("journalctl -u smstools.service");
  });

  it("is not started to send a message again that it cannot move away", () => {
    const start = "2030-01-01 00:00:00,2, smsd: Smsd v3.1.21 started.\n";
    const stuck = "2030-01-01 00:00:05,2, smsd: Fatal error: Cannot move a to b\n";
    writeFileSync(host.log, start + stuck);
    expect(host.run("watch").code).toBe(1);
    expect(host.started).toEqual([]);
    writeFileSync(host.log, start + stuck + start);
    host.run("watch");
    expect(host.started).toEqual([SMSD]);
  });
});

function isLocked(): boolean {
  return spawnSync("flock", ["-n", "-x", host.lock, "true"]).status === 1;
}

describe.runIf(isRoot)("a manual stop flag", () => {
  it.each(STOP_FLAG_CASES)("$what: in force $inForce", (given) => {
    host.putFlag(given);
    const { kind, owner, age, content, inForce } = given;
    const now = Date.now();
    const flag: StopFlag = {
      kind: kind === "fifo" ? "other" : kind,
      owner,
      modifiedAt: now - age * 1000,
      content: kind === "file" ? content(Math.floor(now / 1000)) : "",
    };
    expect(judgeStopFlag(flag, STOP_RULES, now).inForce).toBe(inForce);
    host.run("watch");
    expect(host.started).toEqual(inForce ? [] : [SMSD]);
  });

  it("whose time is over is cleared, and one that does not count stays for whoever wrote it", () => {
    host.putFlag({ ...TOUCHED, age: 3600 });
    expect(host.run("watch").said).toContain("is cleared");
    expect(host.hasFlag).toBe(false);
    host.unit(SMSD, "inactive");
    host.putFlag({ ...TOUCHED, owner: "nobody" });
    expect(host.run("watch").said).toContain("it belongs to nobody");
    expect(host.hasFlag).toBe(true);
  });

  it("beside an smsd that was started after it is a leftover and cleared", () => {
    host.putFlag({ ...TOUCHED, age: 120 });
    host.unit(SMSD, "active", aProcess("sleep", "60"));
    expect(host.run("watch").said).toContain("left over");
    expect(host.hasFlag).toBe(false);
  });

  it("beside an smsd that is about to be stopped stays", () => {
    host.unit(SMSD, "active", 1);
    host.putFlag({ ...TOUCHED, age: 0 });
    host.run("watch");
    expect(host.hasFlag).toBe(true);
  });
});

describe("smsd's suspend file", () => {
  const others = "SIM1: its PIN was refused at an earlier start\nSIM2: a person (of note)\n";
  const ours = "EC25: not plugged in (modemkeeper)\nALL: the disk is full (modemkeeper)\n";

  it("loses the agent's lines and keeps those of others", () => {
    writeFileSync(host.suspend, others + ours);
    host.run("let-go");
    expect(readFileSync(host.suspend, "utf8")).toBe(others);
  });

  it("goes when nothing is left in it", () => {
    writeFileSync(host.suspend, ours);
    host.run("let-go");
    expect(existsSync(host.suspend)).toBe(false);
  });

  it("keeps all modems waiting while the disk is full: messages are safe on the SIM", () => {
    host.guardSays(false);
    writeFileSync(host.suspend, others + ours);
    host.run("let-go");
    expect(readFileSync(host.suspend, "utf8")).toBe(`${others}ALL: the disk is full (modemkeeper)\n`);
  });

  it("is neither followed nor written through where it is a link", () => {
    const target = join(host.folder, "precious");
    writeFileSync(target, ours);
    symlinkSync(target, host.suspend);
    host.run("let-go");
    expect(readFileSync(target, "utf8")).toBe(ours);
  });

  it("is cleared by the watch, too, once the agent is gone", () => {
    writeFileSync(host.suspend, ours);
    host.agentLooked(10);
    host.run("watch");
    expect(readFileSync(host.suspend, "utf8")).toBe(ours);
    host.unit("modemkeeper.service", "inactive");
    host.run("watch");
    expect(existsSync(host.suspend)).toBe(false);
  });
});
