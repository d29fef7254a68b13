import { beforeEach, describe, expect, it } from "vitest";
import { modemsReady } from "../../../../agent/act/modems-ready.ts";
import { adoptSmsd, restartSmsd, type SmsdTools, startSmsd, stopSmsd } from "../../../../agent/act/smsd.ts";
import type { AgentHost } from "../../../../core/agent-ports.ts";
import { appliedGateway, type Given, LOG, UNIT } from "../observe/agent-machine.ts";

const CHECKED = "/var/spool/sms/checked";
const DEAD = 4_000_000;

let given: Given;
beforeEach(async () => {
  given = await appliedGateway();
});

function tools(change: Partial<AgentHost> = {}, signal = new AbortController().signal): SmsdTools {
  return { host: { ...given.host, ...change }, inventory: given.inventory, signal };
}

const running = () => given.machine.smsd.filter(({ unit }) => unit === UNIT).map(({ pid }) => pid);
const elapsed = async (work: Promise<unknown>) => {
  const before = given.machine.time.monotonic;
  await work;
  return given.machine.time.monotonic - before;
};

/** Services of which one answers otherwise. */
function services(change: Partial<AgentHost["services"]>): Partial<AgentHost> {
  const whole = given.host.services;
  const get = (target: typeof whole, key: string) => change[key as keyof typeof change] ?? Reflect.get(target, key);
  return { services: new Proxy(whole, { get: (target, key) => get(target, String(key)) }) };
}

describe("starting", () => {
  beforeEach(() => given.host.services.control("stop", UNIT));

  it("is done when smsd has lived for a second", async () => {
    const before = given.machine.time.monotonic;
    const done = await startSmsd(tools());
    expect(done).toMatchObject({ changed: true, pids: running() });
    expect(given.machine.time.monotonic - before).toBeGreaterThanOrEqual(1000);
  });

  it("leaves an smsd that runs alone", async () => {
    await startSmsd(tools());
    const starts = given.machine.services.starts.get(UNIT);
    expect(await startSmsd(tools())).toMatchObject({ changed: false, pids: running() });
    expect(given.machine.services.starts.get(UNIT)).toBe(starts);
  });

  it("tells the guard's reason where systemctl is content with a condition that fails", async () => {
    const journal = async () =>
      [
        "Starting smstools.service - SMS gateway (smsd)...",
        "smsd is not started: the filesystem of /var/spool/sms is full",
        "Failed to start smstools.service.",
        "Starting smstools.service - SMS gateway (smsd)...",
        "smsd is not started: the PIN of SIM7600 was refused",
        "smstools.service: Skipped due to 'exec-condition'.",
        "Condition check resulted in smstools.service - SMS gateway (smsd) being skipped.",
      ].join("\n");
    const work = startSmsd(tools(services({ control: async () => {}, journal })));
    await expect(work).rejects.toMatchObject({
      code: "command-failed",
      message: "smsd was not started: the PIN of SIM7600 was refused",
    });
  });

  it("does not give an earlier refusal for this one's reason", async () => {
    const journal = async () =>
      "Starting smstools.service...\nsmsd is not started: the disk is full\nStarting smstools.service...\nsmsd: - devices: unknown setting\nsmstools.service: Main process exited, code=exited, status=1/FAILURE\n";
    const work = startSmsd(tools(services({ control: async () => {}, journal })));
    await expect(work).rejects.toThrow("smsd was not started: smsd: - devices: unknown setting");
  });

  it("fails with what systemctl says where the journal is silent", async () => {
    given.machine.services.broken.add(UNIT);
    await expect(startSmsd(tools(services({ journal: async () => "" })))).rejects.toThrow(/systemd|Job|failed/);
  });

  it("fails when smsd ends within a second", async () => {
    const sleep: AgentHost["clock"]["sleep"] = async (milliseconds, signal) => {
      given.machine.smsd = [];
      await given.host.clock.sleep(milliseconds, signal);
    };
    const clock = { now: () => given.host.clock.now(), sleep };
    await expect(startSmsd(tools({ clock }))).rejects.toThrow("it ended within a second");
  });
});

describe("stopping", () => {
  it("waits for smsd to end by itself", async () => {
    const done = await stopSmsd(tools(), 60_000);
    expect(done).toEqual({ sentence: "smsd has stopped", pids: [], changed: true });
    expect(running()).toEqual([]);
  });

  it("kills what has not ended when its grace is over", async () => {
    given.machine.services.stubborn.add(UNIT);
    let sentence = "";
    const took = await elapsed(
      stopSmsd(tools(), 5_000).then((done) => {
        ({ sentence } = done);
      }),
    );
    expect(sentence).toBe("smsd did not stop within 5 s and was killed");
    expect(running()).toEqual([]);
    expect(took).toBeGreaterThanOrEqual(5_000);
    expect(took).toBeLessThan(6_000);
  });

  it("says so when a process outlives even that", async () => {
    given.machine.services.stubborn.add(UNIT);
    const [pid] = running();
    await expect(stopSmsd(tools(services({ kill: async () => {} })), 1_000)).rejects.toMatchObject({
      code: "command-failed",
      message: `smsd (pid ${pid}) does not end, although it was killed`,
    });
  });

  it("removes the locks that would block a message, and no others", async () => {
    given.machine.given("/proc/77", "");
    const locks = {
      [`${CHECKED}/sent.LOCK`]: `${DEAD} SIM7600\n`,
      "/var/spool/sms/outgoing/one.LOCK": `${DEAD} smsd`,
      "/var/spool/sms/outgoing/script.LOCK": "77 backup",
      "/var/spool/sms/outgoing/odd.LOCK": "mine",
    };
    for (const [path, content] of Object.entries(locks)) given.machine.given(path, content);
    given.machine.given(`${CHECKED}/sent`, `${DEAD} is no lock`);
    expect((await stopSmsd(tools(), 1_000)).sentence).toBe("smsd has stopped; 2 stale locks removed from its queues");
    const left = Object.keys(locks).filter((path) => given.machine.files.entries.has(path));
    expect(left).toEqual(["/var/spool/sms/outgoing/script.LOCK", "/var/spool/sms/outgoing/odd.LOCK"]);
    expect(given.machine.files.entries.has(`${CHECKED}/sent`)).toBe(true);
  });

  it("keeps the locks where they are wanted as evidence of the message in flight", async () => {
    given.machine.given(`${CHECKED}/sent.LOCK`, `${DEAD} SIM7600\n`);
    expect((await stopSmsd(tools(), 1_000, "keep")).sentence).toBe("smsd has stopped");
    expect(given.machine.files.entries.has(`${CHECKED}/sent.LOCK`)).toBe(true);
  });

  it("keeps the locks of an smsd that runs outside the service", async () => {
    given.machine.smsd.push({ pid: 88, unit: "", startedAt: 0 });
    given.machine.given(`${CHECKED}/sent.LOCK`, "88 SIM7600\n");
    await stopSmsd(tools(), 1_000);
    expect(given.machine.files.entries.has(`${CHECKED}/sent.LOCK`)).toBe(true);
  });

  it("says who still has a modem's port open", async () => {
    const holder = { pid: 50, process: "minicom", user: "root", since: 0 };
    given.machine.holders.set("/dev/ttyUSB_SIM7600_AT", [holder]);
    expect((await stopSmsd(tools(), 1_000)).sentence).toMatch(/minicom \(pid 50.* has \/dev\/ttyUSB_SIM7600_AT open/);
  });

  it("says that there was nothing to stop", async () => {
    await stopSmsd(tools(), 1_000);
    expect(await stopSmsd(tools(), 1_000)).toMatchObject({ sentence: "smsd did not run", changed: false });
  });

  it("ends its wait when it is interrupted", async () => {
    given.machine.services.stubborn.add(UNIT);
    const interruption = new AbortController();
    const work = stopSmsd(tools({}, interruption.signal), 60_000);
    interruption.abort();
    await expect(work).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("restarting and adopting", () => {
  it("stops and starts", async () => {
    const [before] = running();
    const { sentence, changed } = await restartSmsd(tools(), 1_000);
    expect(sentence).toMatch(/^smsd has stopped; smsd runs \(pid \d+\)$/);
    expect(changed).toBe(true);
    expect(running()).not.toContain(before);
  });

  it("ends strays and starts the service in their place", async () => {
    await given.host.services.control("stop", UNIT);
    given.machine.smsd.push({ pid: 88, unit: "cron.service", startedAt: 0 });
    const { sentence } = await adoptSmsd(tools(), [88]);
    expect(sentence).toMatch(/^smsd outside the service \(pid 88\) was ended; smsd runs/);
    expect(given.machine.smsd.map(({ unit }) => unit)).toEqual([UNIT]);
  });

  it("does not end what belongs to the service by now, nor other processes", async () => {
    const own = running();
    expect((await adoptSmsd(tools(), [...own, 12345])).sentence).toMatch(/^no smsd runs outside/);
    expect(running()).toEqual(own);
  });

  it("starts no second smsd beside a stray that does not end", async () => {
    await given.host.services.control("stop", UNIT);
    given.machine.smsd.push({ pid: 88, unit: "", startedAt: 0 });
    const smsd = { ...given.host.smsd, processes: given.host.smsd.processes, stopStrays: async () => {} };
    await expect(adoptSmsd(tools({ smsd }), [88])).rejects.toMatchObject({ code: "command-failed" });
    expect(running()).toEqual([]);
  });
});

describe("waiting for the modems", () => {
  const ready = (modems: readonly string[], limit = 10_000) =>
    modemsReady(given.host, LOG, modems, { limit, signal: new AbortController().signal });

  it("ends when each is initialised or has failed", async () => {
    given.machine.append(LOG, "2030-01-01 00:00:02,3, EC25: Modem did not accept this PIN\n");
    const found = await ready(["SIM7600", "EC25"]);
    expect([...found].map(([name, { state }]) => [name, state])).toEqual([
      ["SIM7600", "ready"],
      ["EC25", "failed"],
    ]);
  });

  it("gives up after its limit and says what was last heard", async () => {
    given.machine.append(LOG, "2030-01-01 00:00:02,2, smsd: Smsd v3.1.21 started.\n");
    const took = await elapsed(ready(["SIM7600"], 3_000));
    expect(took).toBe(3_000);
    expect((await ready(["SIM7600"], 0)).get("SIM7600")?.state).toBe("waiting");
  });
});
