import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { smsdRestartCommand, smsdStartCommand } from "../../../../agent/commands/smsd-start.ts";
import { smsdStopCommand } from "../../../../agent/commands/smsd-stop.ts";
import { EVENTS_LOG } from "../../../../agent/paths.ts";
import { judgeStopFlag } from "../../../../core/manual-stop.ts";
import { APPLY_LOCK, SUSPEND } from "../../../../provision/desired/paths.ts";
import { smsdSpeaks } from "../../../helpers/gateway.ts";
import { appliedGateway, type Given, LOG } from "../observe/agent-machine.ts";
import { FLAG, giveRunFolder, runAgent, textAt, UNIT } from "./command-desk.ts";

const AGENT = { pid: 77, process: "node", user: "root", since: 0 };

let given: Given;
beforeEach(async () => {
  vi.stubEnv("SUDO_USER", "rom");
  given = await appliedGateway();
});
afterEach(() => vi.unstubAllEnvs());

const stop = (options: { for?: string; reason?: string } = {}) => runAgent(given, smsdStopCommand, options);
const start = () => runAgent(given, smsdStartCommand, {});
const starts = () => given.machine.services.starts.get(UNIT);

/** The flag as everybody else judges it. */
function inForce(minutesLater = 0): boolean {
  const entry = given.machine.files.entries.get(FLAG);
  if (entry?.kind !== "file") return false;
  const { kind, owner, modifiedAt, content } = entry;
  const now = given.machine.now.getTime() + minutesLater * 60_000;
  return judgeStopFlag({ kind, owner, modifiedAt, content }, given.inventory.manualStop, now).inForce;
}

describe("smsd stop", () => {
  it("writes a flag that everybody understands, stops smsd, and says until when", async () => {
    const { code, out } = await stop({ reason: "testing antennas" });
    expect(code).toBe(0);
    expect(given.machine.smsd).toEqual([]);
    expect(textAt(given, FLAG)).toMatch(/^\[2030-.*Z\] smsd was stopped by rom: testing antennas\n$/);
    expect(given.machine.files.entries.get(FLAG)).toMatchObject({ mode: 0o644, owner: "root" });
    expect([inForce(), inForce(29), inForce(31)]).toEqual([true, true, false]);
    expect(out).toContain("smsd has stopped");
    expect(out).toMatch(/stays down until 2030-01-01T00:3/);
    expect(out).toContain("modemkeeper smsd start");
  });

  it("--for sets the expiry, up to what the inventory allows", async () => {
    expect((await stop({ for: "2h" })).code).toBe(0);
    expect(textAt(given, FLAG)).toMatch(/^expire:\d+\n\[/);
    expect([inForce(119), inForce(121)]).toEqual([true, false]);
  });

  it.each([
    ["5h", /longer than smsd may be kept stopped: 4 h/],
    ["soon", /is not a duration/],
    ["0", /is not a duration/],
    ["-5m", /is not a duration/],
  ])("--for %s is refused before anything is done", async (duration, why) => {
    const { code, error } = await stop({ for: duration });
    expect(code).toBe(64);
    expect(String(error)).toMatch(why);
    expect(textAt(given, FLAG)).toBeUndefined();
    expect(given.machine.smsd).toHaveLength(1);
  });

  it.each(["two\nlines", "an escape \u001b[2J", "x".repeat(501)])("the reason %j is refused", async (reason) => {
    expect((await stop({ reason })).code).toBe(64);
    expect(textAt(given, FLAG)).toBeUndefined();
  });

  it("kills an smsd that does not stop, and says so", async () => {
    given.machine.services.stubborn.add(UNIT);
    const { code, out } = await stop();
    expect(code).toBe(0);
    expect(out).toContain("did not stop within 60 s and was killed");
    expect(given.machine.smsd).toEqual([]);
  });

  it("ends an smsd that somebody started by hand, too", async () => {
    given.machine.smsd = [...given.machine.smsd, { pid: 4242, unit: "", startedAt: 0 }];
    const { out } = await stop();
    expect(out).toContain("smsd outside the service (pid 4242) was ended, too");
    expect(given.machine.smsd).toEqual([]);
  });

  it("of an smsd that is down leaves the flag: it must not be started meanwhile", async () => {
    await given.machine.services.control("stop", UNIT);
    const { code, out } = await stop();
    expect({ code, flag: inForce() }).toEqual({ code: 0, flag: true });
    expect(out).toContain("smsd did not run");
  });

  it("puts into the timeline who stopped it, and why", async () => {
    await stop({ reason: "testing" });
    expect(textAt(given, EVENTS_LOG)).toMatch(/"code":"stopped-by-hand".*rom stopped smsd until .*: testing/);
  });
});

describe("smsd start", () => {
  it("clears the flag, starts smsd, and waits until its modem is initialised", async () => {
    await stop();
    const { code, out } = await start();
    expect(code).toBe(0);
    expect(textAt(given, FLAG)).toBeUndefined();
    expect(given.machine.smsd).toHaveLength(1);
    expect(out).toMatch(/The manual stop flag of root from 2030-.* is cleared\./);
    expect(out).toContain("smsd runs (pid ");
    expect(out).toContain("SIM7600 is initialised.");
  });

  it.each([["nobody"], ["rom"]])("clears the flag of %s, who may not have been trusted", async (owner) => {
    given.machine.accounts.addUser({ name: owner, group: owner, home: "/" }).catch(() => undefined);
    given.machine.files.put(FLAG, { kind: "file", content: "x", mode: 0o644, owner, group: "root", modifiedAt: 0 });
    expect((await start()).code).toBe(0);
    expect(textAt(given, FLAG)).toBeUndefined();
  });

  it("removes a link in the flag's place, and nothing behind it", async () => {
    given.machine.given("/etc/precious", "x");
    const link = { kind: "link", target: "/etc/precious", mode: 0o777, owner: "rom", group: "rom", modifiedAt: 0 };
    given.machine.files.put(FLAG, link as never);
    expect((await start()).code).toBe(0);
    expect(given.machine.files.entries.has(FLAG)).toBe(false);
    expect(textAt(given, "/etc/precious")).toBe("x");
  });

  it("of an smsd that runs changes nothing but the flag", async () => {
    given.machine.given(FLAG, "");
    const { code, out } = await start();
    expect(code).toBe(0);
    expect(out).toContain("smsd runs already");
    expect(starts()).toBe(1);
    expect(textAt(given, EVENTS_LOG)).toBeUndefined();
  });

  it("that the guard refuses exits with 1 and the guard's sentence", async () => {
    await stop();
    given.machine.services.broken.add(UNIT);
    const { code, error } = await start();
    expect(code).toBe(1);
    expect(String(error)).toContain("smsd was not started");
  });

  it("of a modem that does not come up exits with 1 after half a minute, and says what smsd says", async () => {
    await stop();
    given.machine.given(LOG, "2030-01-01 00:00:00,2, smsd: Smsd v3.1.21 started.\n");
    given.machine.append(LOG, "2030-01-01 00:00:01,3, SIM7600: Modem is not ready to answer commands (Timeouts: 22)\n");
    const before = given.machine.now.getTime();
    const { code, out } = await start();
    expect(code).toBe(1);
    expect(out).toContain("SIM7600 is not initialised: Modem is not ready to answer commands");
    expect(given.machine.now.getTime() - before).toBeGreaterThanOrEqual(30_000);
  });

  it("says of an absent modem that it is absent: no fault of the start", async () => {
    await stop();
    given.machine.unplug("1-1");
    const { code, out } = await start();
    expect(code).toBe(0);
    expect(out).toContain("SIM7600 is not plugged in");
  });

  it("does not wait for a modem that smsd shall leave alone", async () => {
    giveRunFolder(given);
    given.machine.given(SUSPEND, "SIM7600: its PIN was refused at an earlier start\n");
    given.machine.given(LOG, "");
    const { code, out } = await start();
    expect(code).toBe(0);
    expect(out).toContain("SIM7600 is left out");
  });

  it("takes the place of an smsd that somebody started by hand", async () => {
    await given.machine.services.control("stop", UNIT);
    given.machine.smsd = [{ pid: 4242, unit: "", startedAt: 0 }];
    const { code, out } = await start();
    expect(code).toBe(0);
    expect(out).toContain("pid 4242");
    expect(given.machine.smsd.map(({ unit }) => unit)).toEqual([UNIT]);
  });
});

test("smsd restart stops and starts, and leaves no flag", async () => {
  given.machine.given(FLAG, "");
  smsdSpeaks(given.machine, ["SIM7600"]);
  const { code, out } = await runAgent(given, smsdRestartCommand, {});
  expect(code).toBe(0);
  expect(out).toContain("smsd has stopped; smsd runs");
  expect(textAt(given, FLAG)).toBeUndefined();
  expect(starts()).toBe(2);
});

describe("who works on the host now", () => {
  it("is named and waited for", async () => {
    const release = given.machine.lockedBy(APPLY_LOCK, AGENT);
    const ended = given.machine.time.sleep(5_000).then(release);
    const { code, err } = await stop();
    await ended;
    expect(code).toBe(0);
    expect(err).toContain("node (pid 77, user root");
  });

  it("and does not end within two minutes: exit 11, nothing was done, no flag was left", async () => {
    given.machine.lockedBy(APPLY_LOCK, AGENT);
    const { code, error } = await stop();
    expect(code).toBe(11);
    expect(String(error)).toContain("node (pid 77");
    expect(textAt(given, FLAG)).toBeUndefined();
    expect(given.machine.smsd).toHaveLength(1);
  });

  it("must be root", async () => {
    given.machine.uid = 1000;
    expect((await stop()).code).toBe(12);
    expect((await start()).code).toBe(12);
  });
});
