import { expect, test } from "vitest";
import { type AccessEntry, type AccessRequest, noted, withAccess } from "../../../../agent/at/access.ts";
import { AtSession } from "../../../../agent/at/session.ts";
import { ACCESS_LOG } from "../../../../agent/paths.ts";
import type { AgentHost } from "../../../../core/agent-ports.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

const LOCK = "/var/lock/modem_access.lock";
const SCRIPT = { pid: 4711, process: "check.sh", user: "root", since: Date.parse("2026-01-17T10:20:31Z") };

function request(host: AgentHost, further: Partial<AccessRequest> = {}): AccessRequest {
  return { host, lockFile: LOCK, modem: "SIM7600", port: "/dev/ttyUSB3", purpose: "probe", waitMs: 5000, ...further };
}

function log(machine: MemoryAgentMachine): readonly AccessEntry[] {
  const entry = machine.files.entries.get(ACCESS_LOG);
  const text = entry?.kind === "file" ? entry.content : "";
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as AccessEntry]));
}

test("the lock is held during the work, free after it, and the access is logged with its times", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const other = machine.agentHost();
  const result = await withAccess(request(host), async () => {
    expect(await other.locks.tryLock(LOCK)).toBeUndefined();
    await host.clock.sleep(1500);
    return 42;
  });
  expect(result).toBe(42);
  expect(await other.locks.tryLock(LOCK)).toBeDefined();
  expect(log(machine)).toEqual([
    {
      time: "2030-01-01T00:00:01.500Z",
      pid: process.pid,
      process: "modemkeeper",
      purpose: "probe",
      modem: "SIM7600",
      port: "/dev/ttyUSB3",
      commands: [],
      waitMs: 0,
      holdMs: 1500,
      outcome: "ok",
    },
  ]);
});

test("it waits for another program and says how long", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const release = machine.lockedBy(LOCK, SCRIPT);
  const work = withAccess(request(host), async () => {});
  await host.clock.sleep(2000);
  await release();
  await work;
  expect(log(machine)).toMatchObject([{ outcome: "ok", waitMs: 2000 }]);
});

test("a lock that stays held is refused with its holder's name, and that is logged", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  machine.lockedBy(LOCK, SCRIPT);
  const work = withAccess(request(host), async () => {
    throw new Error("must not run");
  });
  await expect(work).rejects.toMatchObject({
    code: "lock-held",
    message: `check.sh (pid 4711, user root, since 2026-01-17 10:20:31 UTC) holds the access lock ${LOCK}`,
  });
  expect(log(machine)).toMatchObject([{ outcome: "held", waitMs: 5000, holdMs: 0 }]);
});

test("a Ctrl-C ends the waiting long before its limit", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  machine.lockedBy(LOCK, SCRIPT);
  const interruption = new AbortController();
  const work = withAccess(request(host, { waitMs: 3_600_000, signal: interruption.signal }), async () => {});
  const refused = expect(work).rejects.toMatchObject({ code: "interrupted" });
  const began = machine.time.monotonic;
  await host.clock.sleep(500);
  interruption.abort();
  await refused;
  expect(machine.time.monotonic - began).toBeLessThanOrEqual(1000);
});

test("work that fails frees the lock and is logged as failed, its numbers hidden", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const work = withAccess(request(host), async () => {
    throw new Error("cannot send to +491711234567");
  });
  await expect(work).rejects.toThrow("cannot send");
  expect(await host.locks.tryLock(LOCK)).toBeDefined();
  expect(log(machine)).toMatchObject([{ outcome: "failed", detail: "cannot send to •" }]);
});

test("what was said is logged without PINs and numbers", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const terminal = machine.terminal("/dev/ttyUSB3");
  terminal.answers["AT+CGSN"] = "867584030000001\n\nOK";
  terminal.onCommand = (command) => (command === "AT+QUIET" ? "" : undefined);
  const session = new AtSession(host, await host.serial.open("/dev/ttyUSB3"));
  await withAccess(request(host), async (access) => {
    const talk = noted(session, access);
    await talk.answers(1000);
    await talk.command("AT+CGSN", 1000);
    await talk.command('AT+CPIN="4321"', 1000);
    await talk.command("AT+QUIET", 1000);
  });
  expect(log(machine)).toMatchObject([
    { outcome: "silent", commands: ["AT → OK", "AT+CGSN → OK", "AT+CPIN=• → ERROR", "AT+QUIET → silent"] },
  ]);
});

test("a log that cannot be written keeps nobody from the modem", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const full = { ...host.logs, append: () => Promise.reject(new Error("ENOSPC")) };
  expect(await withAccess(request({ ...host, logs: full }), async () => "done")).toBe("done");
});

test("a process that dies while it holds the lock leaves it free", async () => {
  const machine = await memoryAgentMachine();
  const mortal = machine.agentHost({ dieAt: 1 });
  const work = withAccess(request(mortal), () => mortal.files.remove("/anything"));
  await expect(work).rejects.toThrow();
  expect(await withAccess(request(machine.agentHost()), async () => "free")).toBe("free");
});
