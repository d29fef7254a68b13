import { beforeEach, describe, expect, it } from "vitest";
import { ActorLock } from "../../../../agent/act/actor-lock.ts";
import { carryOut } from "../../../../agent/act/carry-out.ts";
import type { AtTalk } from "../../../../agent/at/talk.ts";
import { engineHere } from "../../../../agent/engine/engine-here.ts";
import type { AgentStep } from "../../../../agent/model/step.ts";
import { Observer } from "../../../../agent/observe/observer.ts";
import { SET_ASIDE } from "../../../../agent/paths.ts";
import { APPLY_LOCK, INVENTORY_COPY, SUSPEND } from "../../../../provision/desired/paths.ts";
import { ONE_SIM7600 } from "../../../helpers/gateway.ts";
import { actorFor, appliedGateway, type Given, IDLE, inventoryFrom, UNIT } from "../observe/agent-machine.ts";

const FLAG = "/tmp/smsd_manual_stop";
const PERSON = { pid: 4711, process: "provision", user: "root", since: 0 };
const MODEM = "SIM7600";

let given: Given;
beforeEach(async () => {
  given = await appliedGateway();
  for (const tty of ["ttyUSB2", "ttyUSB3"]) given.machine.given(`/dev/${tty}`, "");
});

const issue = (step: AgentStep, actor = actorFor(given)) =>
  carryOut(actor, { subject: "smsd", step, reason: { code: "test", sentence: "A test." } });

describe("a step", () => {
  it.each<{ step: AgentStep; detail: RegExp }>([
    { step: { do: "start-smsd" }, detail: /^smsd runs already/ },
    { step: { do: "stop-smsd", grace: 1000 }, detail: /^smsd has stopped/ },
    { step: { do: "restart-smsd", grace: 1000 }, detail: /^smsd has stopped; smsd runs/ },
    { step: { do: "adopt-smsd", pids: [] }, detail: /smsd runs already/ },
    { step: { do: "clear-flag", path: FLAG }, detail: /gone already/ },
    { step: { do: "trigger-udev", devices: ["1-1"] }, detail: /^udev looked again at 1-1/ },
    { step: { do: "write-link", path: "/dev/ttyUSB_SIM7600_AT", tty: "ttyUSB2" }, detail: /leads to ttyUSB2/ },
    { step: { do: "apply-inventory", cause: "a test" }, detail: /^the host is as the inventory says/ },
    { step: { do: "probe", modem: MODEM, via: "second", tty: "ttyUSB3", full: false }, detail: /answers/ },
    { step: { do: "at-reset", modem: MODEM, ttys: ["ttyUSB2"], command: "AT" }, detail: /AT was sent on ttyUSB2/ },
    { step: { do: "usb-reset", modem: MODEM, device: "1-1" }, detail: /was reset/ },
    { step: { do: "usb-authorize", modem: MODEM, device: "1-1" }, detail: /authorized anew/ },
    { step: { do: "usb-power", modem: MODEM, hub: "1-1", port: 2 }, detail: /hub 1-1, port 2/ },
    { step: { do: "host-reboot", modem: MODEM }, detail: /reboots/ },
  ])("$step.do says in one sentence what came of it", async ({ step, detail }) => {
    const ended = await issue(step);
    expect(ended).toMatchObject({ ok: true });
    expect(ended.detail).toMatch(detail);
    expect(ended.detail).not.toContain("\n");
  });

  it.each<{ step: AgentStep; detail: RegExp }>([
    { step: { do: "suspend", modems: {} }, detail: /smsd does not run/ },
    { step: { do: "write-link", path: "/dev/sda", tty: "ttyUSB2" }, detail: /no link of a modem/ },
    { step: { do: "set-aside", file: "../gone", folder: SET_ASIDE, why: "x" }, detail: /is no message in/ },
    { step: { do: "at-reset", modem: MODEM, ttys: ["ttyUSB9"], command: "AT+CRESET" }, detail: /not reset.*ttyUSB9/ },
    { step: { do: "probe", modem: MODEM, via: "at", tty: "ttyUSB9", full: false }, detail: /ttyUSB9/ },
  ])("$step.do that fails says why, and throws nothing", async ({ step, detail }) => {
    const ended = await issue(step);
    expect(ended.ok).toBe(false);
    expect(ended.detail).toMatch(detail);
  });

  it.each(["usb-reset", "usb-authorize"] as const)("%s passes on why the kernel refused", async (kind) => {
    given.machine.onUsbControl = () => {
      throw new Error("the device is gone");
    };
    expect(await issue({ do: kind, modem: MODEM, device: "1-1" })).toEqual({ ok: false, detail: "the device is gone" });
  });

  it("reports what a probe found, also when the modem is silent", async () => {
    given.machine.terminal("/dev/ttyUSB3").answers = { AT: "OK", "AT+CPIN?": "+CPIN: READY\n\nOK" };
    const step = { do: "probe", modem: MODEM, via: "second", tty: "ttyUSB3", full: true } as const;
    expect(await issue(step)).toMatchObject({ ok: true, probe: { answered: true, sim: "READY" } });
    given.machine.terminal("/dev/ttyUSB3").silent = true;
    expect(await issue(step)).toMatchObject({ ok: false, probe: { answered: false } });
  });

  it("goes by the flag that was seen when it began", async () => {
    given.machine.given(FLAG, "x");
    const old = { kind: "file", owner: "root", modifiedAt: 1, content: "x" } as const;
    const ended = await issue({ do: "clear-flag", path: FLAG }, actorFor(given, { flag: () => old }));
    expect(ended).toMatchObject({ ok: false });
    expect(given.machine.files.entries.has(FLAG)).toBe(true);
  });
});

describe("the lock of whoever changes the host", () => {
  it("keeps steps from beginning while another has it", async () => {
    given.machine.lockedBy(APPLY_LOCK, PERSON);
    const ended = await issue({ do: "stop-smsd", grace: 1000 });
    expect(ended.ok).toBe(false);
    expect(ended.detail).toContain("provision (pid 4711");
    expect(given.machine.smsd).toHaveLength(1);
  });

  it("is not asked for by probes and suspensions", async () => {
    given.machine.lockedBy(APPLY_LOCK, PERSON);
    given.machine.given(SUSPEND, "");
    expect(await issue({ do: "suspend", modems: { ALL: "full" } })).toMatchObject({ ok: true });
    const probe = { do: "probe", modem: MODEM, via: "second", tty: "ttyUSB3", full: false } as const;
    expect(await issue(probe)).toMatchObject({ ok: true });
  });

  it("is held while steps run side by side, and free after the last", async () => {
    const actor = actorFor(given);
    given.machine.services.stubborn.add(UNIT);
    const other = () => given.machine.agentHost().locks.tryLock(APPLY_LOCK);
    const slow = issue({ do: "stop-smsd", grace: 5000 }, actor);
    expect(await issue({ do: "usb-reset", modem: MODEM, device: "1-1" }, actor)).toMatchObject({ ok: true });
    expect(actor.lock.held).toBe(true);
    expect(await other()).toBeUndefined();
    await slow;
    expect(actor.lock.held).toBe(false);
    expect(await other()).toBeDefined();
  });

  it("is free again after steps that failed or were refused it", async () => {
    const lock = new ActorLock(given.host);
    const release = given.machine.lockedBy(APPLY_LOCK, PERSON);
    const refused = [lock.during(async () => 1), lock.during(async () => 2)];
    for (const work of refused) await expect(work).rejects.toMatchObject({ code: "lock-held" });
    await release();
    expect(await lock.during(async () => 3)).toBe(3);
    await expect(lock.during(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(lock.held).toBe(false);
    expect(await given.machine.agentHost().locks.tryLock(APPLY_LOCK)).toBeDefined();
  });

  it("passes on that the lock cannot be had at all", async () => {
    const locks = { ...given.host.locks, tryLock: () => Promise.reject(new Error("no /run/lock")) };
    const lock = new ActorLock({ locks, proc: given.host.proc });
    await expect(lock.during(async () => 1)).rejects.toThrow("no /run/lock");
    expect(lock.held).toBe(false);
  });
});

describe("a message that hangs the modem", () => {
  const checked = "/var/spool/sms/checked";
  const look = () => new Observer(given.host, engineHere(given.host)).observe(given.inventory, IDLE);

  it("is still known after smsd was stopped for the recovery, and can then be taken out", async () => {
    const [main] = given.machine.smsd;
    given.machine.given(`${checked}/poison`, "To: 1\n\nx");
    given.machine.given(`${checked}/poison.LOCK`, `${main?.pid} ${MODEM}`);
    const step = { do: "set-aside", file: "poison", folder: SET_ASIDE, why: "It hung twice." } as const;
    expect(await issue(step)).toMatchObject({ ok: false });
    await issue({ do: "stop-smsd", grace: 1000 });
    expect((await look()).smsd.inFlight).toEqual({ [MODEM]: "poison" });
    expect(await issue(step)).toMatchObject({ ok: true });
    expect((await look()).smsd.inFlight).toEqual({});
    expect(await given.host.files.list(checked)).toEqual([]);
  });
});

describe("resetting by AT", () => {
  const reset = (ttys: readonly string[], actor = actorFor(given)) =>
    issue({ do: "at-reset", modem: MODEM, ttys, command: "AT+CRESET" }, actor);
  const sent = (tty: string) => given.machine.terminal(`/dev/${tty}`).commands.filter((text) => text === "AT+CRESET");

  it("takes the first terminal that answers", async () => {
    given.machine.terminal("/dev/ttyUSB2").silent = true;
    given.machine.terminal("/dev/ttyUSB3").answers = { AT: "OK", "AT+CRESET": "OK" };
    expect(await reset(["ttyUSB2", "ttyUSB3"])).toEqual({ ok: true, detail: "AT+CRESET was sent on ttyUSB3" });
  });

  it("counts a modem that leaves before its OK as reset", async () => {
    const terminal = given.machine.terminal("/dev/ttyUSB2");
    terminal.onCommand = (command) => {
      if (command === "AT+CRESET") terminal.hangUp();
      return command === "AT+CRESET" ? "" : undefined;
    };
    expect(await reset(["ttyUSB2"])).toMatchObject({ ok: true, detail: expect.stringContaining("left") });
  });

  it("says what a modem that refuses answers", async () => {
    given.machine.terminal("/dev/ttyUSB2").answers = { AT: "OK", "AT+CRESET": "+CME ERROR: 3" };
    expect(await reset(["ttyUSB2"])).toMatchObject({ ok: false, detail: expect.stringContaining("+CME ERROR: 3") });
  });

  it("sends it to a modem that answers nothing, and believes it only when the modem leaves", async () => {
    for (const tty of ["ttyUSB2", "ttyUSB3"]) given.machine.terminal(`/dev/${tty}`).silent = true;
    expect(await reset(["ttyUSB2", "ttyUSB3"])).toMatchObject({ ok: false });
    expect([sent("ttyUSB2"), sent("ttyUSB3")]).toEqual([["AT+CRESET"], ["AT+CRESET"]]);
    const terminal = given.machine.terminal("/dev/ttyUSB2");
    terminal.silent = false;
    terminal.onCommand = (command) => {
      if (command === "AT+CRESET") given.machine.files.entries.delete("/dev/ttyUSB2");
      return "";
    };
    expect(await reset(["ttyUSB2"])).toMatchObject({ ok: true });
  });

  it("speaks through a listener's session where there is one", async () => {
    const said: string[] = [];
    const session: AtTalk = {
      answers: async () => true,
      command: async (text) => {
        said.push(text);
        return { outcome: "ok", result: "OK", lines: [] };
      },
    };
    expect(await reset(["ttyUSB3"], actorFor(given, { session: () => session }))).toMatchObject({ ok: true });
    expect(said).toEqual(["AT+CRESET"]);
    expect(given.machine.terminal("/dev/ttyUSB3").opened).toBe(0);
  });

  it("waits for no lock longer than its limit", async () => {
    given.machine.lockedBy("/var/lock/modem_access.lock", { ...PERSON, process: "check_status" });
    expect(await reset(["ttyUSB2"])).toMatchObject({ ok: false, detail: expect.stringContaining("check_status") });
  });
});

describe("applying the inventory", () => {
  const EDITED = `${ONE_SIM7600}smsd:\n  settings:\n    blocktime: 77\n`;
  const apply = (actor = actorFor(given)) => issue({ do: "apply-inventory", cause: "the inventory was edited" }, actor);
  const conf = () => {
    const entry = given.machine.files.entries.get("/etc/smsd.conf");
    return entry?.kind === "file" ? entry.content : "";
  };

  it("writes what differs, restarts smsd once, and tells what it does", async () => {
    given.machine.given(INVENTORY_COPY, EDITED);
    const starts = given.machine.services.starts.get(UNIT) ?? 0;
    const actor = actorFor(given);
    const ended = await apply(actor);
    expect(ended).toMatchObject({ ok: true, detail: expect.stringMatching(/^the inventory was applied: .*restarted/) });
    expect(conf()).toContain("blocktime = 77");
    expect(given.machine.services.starts.get(UNIT)).toBe(starts + 1);
    expect(actor.told).toContain("write /etc/smsd.conf");
    expect(await apply()).toMatchObject({ detail: "the host is as the inventory says" });
  });

  it("does not start an smsd that is down, nor end strays", async () => {
    await given.host.services.control("stop", UNIT);
    given.machine.smsd.push({ pid: 88, unit: "", startedAt: 0 });
    given.machine.given(INVENTORY_COPY, EDITED);
    const starts = given.machine.services.starts.get(UNIT);
    expect(await apply()).toMatchObject({ ok: true });
    expect(conf()).toContain("blocktime = 77");
    expect(given.machine.services.starts.get(UNIT)).toBe(starts);
    expect(given.machine.smsd.map(({ pid }) => pid)).toEqual([88]);
  });

  it("installs no package", async () => {
    given.machine.files.entries.delete("/usr/sbin/smsd");
    const ended = await apply();
    expect(ended).toMatchObject({ ok: false, detail: expect.stringContaining("run provision apply") });
    expect(given.machine.journal.filter((line) => line.startsWith("packages.install"))).toHaveLength(1);
  });

  it("refuses an inventory with errors", async () => {
    given.machine.given(INVENTORY_COPY, "version: 1\nmodems: []\n");
    expect(await apply()).toMatchObject({ ok: false });
  });

  it("puts everything back when it is cut short by the agent's end", async () => {
    given.machine.given(INVENTORY_COPY, EDITED);
    const ending = new AbortController();
    ending.abort();
    const before = conf();
    expect(await apply(actorFor(given, { engine: engineHere(given.host, ending.signal) }))).toMatchObject({
      ok: false,
    });
    expect(conf()).toBe(before);
  });

  it("does not restart the agent itself", async () => {
    given.machine.given("/etc/systemd/system/modemkeeper.service", "[Service]\n");
    given.machine.services.active.set("modemkeeper.service", 77);
    const starts = given.machine.services.starts.get("modemkeeper.service");
    expect(await apply()).toMatchObject({ ok: true });
    expect(given.machine.services.starts.get("modemkeeper.service")).toBe(starts);
  });

  it("applies what is on disk, whatever is in force", async () => {
    const other = await inventoryFrom(given.host, ONE_SIM7600.replace("name: SIM7600", "name: OTHER"));
    await apply(actorFor({ ...given, inventory: other }));
    expect(conf()).toContain("[SIM7600]");
  });
});
