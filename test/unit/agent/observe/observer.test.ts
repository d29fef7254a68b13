import { beforeEach, describe, expect, it } from "vitest";
import { engineHere } from "../../../../agent/engine/engine-here.ts";
import type { Outcome } from "../../../../agent/model/step.ts";
import { Observer } from "../../../../agent/observe/observer.ts";
import { SUSPEND } from "../../../../provision/desired/paths.ts";
import { appliedGateway, type Given, IDLE, LOG } from "./agent-machine.ts";

const FLAG = "/tmp/smsd_manual_stop";
const HOLDER = { pid: 4711, process: "minicom", user: "root", since: 0 };

let given: Given;
beforeEach(async () => {
  given = await appliedGateway();
});

function look(observer = new Observer(given.host, engineHere(given.host))) {
  return observer.observe(given.inventory, IDLE);
}

describe("a gateway at work", () => {
  it("shows the modem, its links, smsd and a converged configuration", async () => {
    const seen = await look();
    expect(seen.attached.map(({ usb }) => usb)).toEqual(["1e0e:9001"]);
    expect(seen.usbStates["1-1"]).toMatchObject({ powerControl: "on", authorized: true });
    expect(seen.links["/dev/ttyUSB_SIM7600_AT"]).toBe("ttyUSB2");
    expect(seen.smsd.unit).toBe("active");
    expect(seen.smsd.processes).toHaveLength(1);
    expect(seen.smsd.strays).toEqual([]);
    expect(seen.smsd.log.modems.SIM7600?.readyAt).toBeDefined();
    expect(seen.configuration).toMatchObject({ state: "converged", details: [], restartsSmsd: false, pins: {} });
    expect(seen.operator).toBeUndefined();
    expect(seen.flag).toBeUndefined();
  });

  it("changes nothing on the host", async () => {
    const before = given.machine.journal.length;
    await look();
    expect(given.machine.journal.slice(before)).toEqual([]);
  });
});

describe("who else is at work", () => {
  it("names a person's command that holds the lock of whoever changes the host", async () => {
    given.machine.lockedBy("/run/modemkeeper.lock", { ...HOLDER, process: "provision" });
    expect((await look()).operator).toMatchObject({ process: "provision", pid: 4711 });
  });

  it("does not take the agent itself for one", async () => {
    given.machine.lockedBy("/run/modemkeeper.lock", HOLDER);
    const observer = new Observer(given.host, engineHere(given.host), () => true);
    expect((await look(observer)).operator).toBeUndefined();
  });

  it("names who holds the access lock", async () => {
    given.machine.lockedBy("/var/lock/modem_access.lock", HOLDER);
    expect((await look()).lockHolder).toEqual(HOLDER);
  });

  it("keeps what was known of the configuration while somebody changes the host", async () => {
    const observer = new Observer(given.host, engineHere(given.host));
    await look(observer);
    const release = given.machine.lockedBy("/run/modemkeeper.lock", HOLDER);
    given.machine.given("/etc/smsd.conf", "half written");
    expect((await look(observer)).configuration.state).toBe("converged");
    await release();
    expect((await look(observer)).configuration).toMatchObject({ state: "differs", details: ["file:/etc/smsd.conf"] });
  });

  it("does not take differences from before an application for somebody's work while a comparison is under way", async () => {
    const real = engineHere(given.host);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let comparisons = 0;
    const compare: typeof real.compare = async () => {
      comparisons += 1;
      if (comparisons > 1) await held;
      return await real.compare();
    };
    const observer = new Observer(given.host, { ...real, compare });
    given.machine.given("/etc/smsd.conf", "of another inventory");
    expect((await look(observer)).configuration.state).toBe("differs");

    const step = { do: "apply-inventory", cause: "edited" } as const;
    const applied: Outcome = { subject: "host", step, startedAt: 1, finishedAt: 2, ok: true, detail: "" };
    const lanes = { running: [], outcomes: [applied] };
    expect((await observer.observe(given.inventory, lanes)).configuration.state).toBe("unknown");
    expect((await look(observer)).configuration.state).toBe("unknown");
    const compared = new Promise<void>((resolve) => {
      observer.onNews = resolve;
    });
    release();
    await compared;
    expect((await look(observer)).configuration).toMatchObject({ state: "differs", details: ["file:/etc/smsd.conf"] });
  });
});

describe("what is passed on", () => {
  it("shows the flag, and keeps it for the step that clears it", async () => {
    given.machine.given(FLAG, "expire:1893456000\nupdate\n");
    const observer = new Observer(given.host, engineHere(given.host));
    const { flag } = await look(observer);
    expect(flag).toMatchObject({ kind: "file", owner: "root", content: "expire:1893456000\nupdate\n" });
    expect(observer.flag).toBe(flag);
  });

  it("gives the pulse what to watch once there was a first look", async () => {
    const observer = new Observer(given.host, engineHere(given.host));
    expect(observer.watch).toBeUndefined();
    const seen = await look(observer);
    expect(observer.watch).toEqual({
      flag: FLAG,
      logfile: LOG,
      pids: seen.smsd.processes.map(({ pid }) => pid),
    });
  });

  it("tells our suspensions from others'", async () => {
    given.machine.given(SUSPEND, "SIM7600: not plugged in (modemkeeper)\nALL: maintenance\n");
    const { smsd } = await look();
    expect(smsd.suspended).toEqual({ SIM7600: "not plugged in" });
    expect(smsd.suspendedByOthers).toEqual(["ALL"]);
  });

  it("passes running steps and outcomes through", async () => {
    const running = [{ subject: "smsd", since: 5 }] as const;
    const outcome = {
      subject: "smsd",
      step: { do: "start-smsd" },
      startedAt: 1,
      finishedAt: 2,
      ok: true,
      detail: "smsd runs",
    } as const;
    const seen = await new Observer(given.host, engineHere(given.host)).observe(given.inventory, {
      running,
      outcomes: [outcome],
    });
    expect(seen.running).toEqual(running);
    expect(seen.outcomes).toEqual([outcome]);
  });

  it("takes a step that ends during the look for one that runs: what was read may be from before its end", async () => {
    const running = [{ subject: "smsd", since: 5 }] as const;
    const lanes = { running: running as readonly (typeof running)[number][], outcomes: [] };
    const looking = new Observer(given.host, engineHere(given.host)).observe(given.inventory, lanes);
    lanes.running = [];
    expect((await looking).running).toEqual(running);
  });

  it("looks anew at what a step has changed", async () => {
    const observer = new Observer(given.host, engineHere(given.host));
    await look(observer);
    given.machine.holders.set("/dev/ttyUSB2", [HOLDER]);
    expect((await look(observer)).holders).toEqual({});
    const times = { startedAt: 1, finishedAt: 2, ok: true, detail: "" };
    const lookAfter = (outcome: Outcome) => observer.observe(given.inventory, { running: [], outcomes: [outcome] });
    const probe = { do: "probe", modem: "SIM7600", via: "second", tty: "ttyUSB3", full: false } as const;
    expect((await lookAfter({ subject: "modem:SIM7600", step: probe, ...times })).holders).toEqual({});
    const reset = { do: "usb-reset", modem: "SIM7600", device: "1-1" } as const;
    expect((await lookAfter({ subject: "modem:SIM7600", step: reset, ...times })).holders).toEqual({
      ttyUSB2: [HOLDER],
    });
  });

  it("fails rather than to show a bus without modems when the bus cannot be read", async () => {
    const host = { ...given.host, usb: { attached: () => Promise.reject(new Error("no sysfs")) } };
    await expect(look(new Observer(host, engineHere(host)))).rejects.toThrow("no sysfs");
  });
});
