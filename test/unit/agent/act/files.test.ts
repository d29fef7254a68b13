import { beforeEach, describe, expect, it } from "vitest";
import { clearFlag } from "../../../../agent/act/flag.ts";
import { setAside } from "../../../../agent/act/set-aside.ts";
import { suspendModems } from "../../../../agent/act/suspend.ts";
import { writeLink } from "../../../../agent/act/write-link.ts";
import { observeFlag } from "../../../../agent/observe/flag.ts";
import { observeSuspend } from "../../../../agent/observe/suspend.ts";
import { SET_ASIDE } from "../../../../agent/paths.ts";
import { SUSPEND } from "../../../../provision/desired/paths.ts";
import { appliedGateway, type Given, UNIT } from "../observe/agent-machine.ts";

const FLAG = "/tmp/smsd_manual_stop";
const CHECKED = "/var/spool/sms/checked";
const FOLDER = { kind: "directory", mode: 0o755, owner: "smsd", group: "dialout", modifiedAt: 0 } as const;

let given: Given;
beforeEach(async () => {
  given = await appliedGateway();
});

const content = (path: string) => {
  const entry = given.machine.files.entries.get(path);
  return entry?.kind === "file" ? entry.content : undefined;
};

describe("suspending modems", () => {
  beforeEach(() => given.machine.files.put("/run/smstools", FOLDER));

  const suspend = (modems: Readonly<Record<string, string>>) =>
    suspendModems({ host: given.host, inventory: given.inventory, signal: new AbortController().signal }, modems);

  it("writes our lines, keeps others', and takes ours away again", async () => {
    given.machine.given(SUSPEND, "# by the guard\nEC25: its PIN was refused at an earlier start\n");
    await suspend({ SIM7600: "not plugged in" });
    expect(content(SUSPEND)).toBe(
      "# by the guard\nEC25: its PIN was refused at an earlier start\nSIM7600: not plugged in (modemkeeper)\n",
    );
    expect(await observeSuspend(given.host, [])).toMatchObject({ suspended: { SIM7600: "not plugged in" } });
    await suspend({});
    expect(content(SUSPEND)).toBe("# by the guard\nEC25: its PIN was refused at an earlier start\n");
  });

  it("gives the file to smsd's user, so that the guard can empty it", async () => {
    await suspend({ ALL: "the disk is full" });
    expect(given.machine.files.entries.get(SUSPEND)).toMatchObject({ owner: "smsd", mode: 0o644 });
  });

  it("wakes smsd's main process and the modems concerned, and nobody else", async () => {
    const [main] = given.machine.smsd.filter(({ unit }) => unit === UNIT);
    given.machine.smsd.push({ pid: 5001, unit: UNIT, startedAt: (main?.startedAt ?? 0) + 5 });
    given.machine.modemProcesses.set("SIM7600", 5001).set("EC25", 5002);
    await suspend({ SIM7600: "under recovery" });
    expect(given.machine.signals).toEqual([
      { pid: main?.pid, signal: "SIGCONT" },
      { pid: 5001, signal: "SIGCONT" },
    ]);
  });

  it("writes nothing, and wakes nobody, where all is so already", async () => {
    await suspend({ SIM7600: "x" });
    const before = [given.machine.journal.length, given.machine.signals.length];
    await suspend({ SIM7600: "x" });
    expect([given.machine.journal.length, given.machine.signals.length]).toEqual(before);
  });

  it("gives each version of the file another second, since smsd compares no finer", async () => {
    await suspend({ SIM7600: "x" });
    const first = given.machine.files.entries.get(SUSPEND)?.modifiedAt ?? 0;
    await suspend({});
    const second = given.machine.files.entries.get(SUSPEND)?.modifiedAt ?? 0;
    expect(Math.floor(second / 1000)).toBeGreaterThan(Math.floor(first / 1000));
  });

  it("replaces a link that somebody put there rather than writing through it", async () => {
    given.machine.given("/etc/passwd", "root:x:0:0");
    given.machine.files.put(SUSPEND, { ...FOLDER, kind: "link", target: "/etc/passwd" });
    await suspend({ SIM7600: "x" });
    expect(content("/etc/passwd")).toBe("root:x:0:0");
    expect(content(SUSPEND)).toBe("SIM7600: x (modemkeeper)\n");
  });

  it("does not make the folder that systemd makes for smsd", async () => {
    given.machine.files.entries.delete("/run/smstools");
    await expect(suspend({ SIM7600: "x" })).rejects.toMatchObject({ code: "precondition-missing" });
    expect(given.machine.files.entries.has("/run/smstools")).toBe(false);
  });
});

describe("clearing the flag", () => {
  it("removes the one that was decided upon", async () => {
    given.machine.given(FLAG, "x");
    const seen = await observeFlag(given.host, FLAG);
    expect(await clearFlag(given.host, FLAG, seen)).toBe(`${FLAG} was removed`);
    expect(given.machine.files.entries.has(FLAG)).toBe(false);
  });

  it("leaves one that was set meanwhile", async () => {
    given.machine.given(FLAG, "x");
    const seen = await observeFlag(given.host, FLAG);
    await given.machine.time.advance(10);
    given.machine.given(FLAG, "x");
    await expect(clearFlag(given.host, FLAG, seen)).rejects.toThrow("was set anew, and stays");
    expect(given.machine.files.entries.has(FLAG)).toBe(true);
  });

  it("leaves what is no file", async () => {
    given.machine.files.put(FLAG, FOLDER);
    await expect(clearFlag(given.host, FLAG, undefined)).rejects.toThrow("is a directory, and stays");
  });

  it("is content where it is gone", async () => {
    expect(await clearFlag(given.host, FLAG, undefined)).toBe(`${FLAG} is gone already`);
  });
});

describe("writing a link", () => {
  it("is relative, and replaces a file that took its place", async () => {
    given.machine.given("/dev/ttyUSB2", "");
    given.machine.given("/dev/ttyUSB_SIM7600_AT", "AT\n");
    await writeLink(given.host, "/dev/ttyUSB_SIM7600_AT", "ttyUSB2");
    expect(given.machine.files.entries.get("/dev/ttyUSB_SIM7600_AT")).toMatchObject({
      kind: "link",
      target: "ttyUSB2",
    });
  });

  it.each([
    ["/dev/ttyUSB_SIM7600_AT", "ttyUSB9"],
    ["/dev/ttyUSB_SIM7600_AT", "../etc/shadow"],
    ["/dev/ttyUSB_SIM7600_AT", "sda1"],
    ["/dev/ttyUSB_../sda", "ttyUSB2"],
    ["/dev/sda", "ttyUSB2"],
    ["/dev/ttyUSB2", "ttyUSB2"],
    ["/etc/ttyUSB_SIM7600_AT", "ttyUSB2"],
  ])("refuses %s → %s", async (path, tty) => {
    given.machine.given("/dev/ttyUSB2", "");
    await expect(writeLink(given.host, path, tty)).rejects.toMatchObject({ code: "precondition-missing" });
  });
});

describe("setting a message aside", () => {
  const aside = (file: string) =>
    setAside(given.host, given.inventory.smsd.spool, { file, folder: SET_ASIDE, why: "the modem hung twice" });

  it.each(["sms.AbC123", `${CHECKED}/sms.AbC123`])("keeps %s with the reason, out of smsd's way", async (file) => {
    given.machine.given(`${CHECKED}/sms.AbC123`, "To: 1\n\nprivate");
    given.machine.given(`${CHECKED}/sms.AbC123.LOCK`, "4000000 SIM7600");
    expect(await aside(file)).toContain(`${SET_ASIDE}/sms.AbC123`);
    expect(content(`${SET_ASIDE}/sms.AbC123`)).toBe("To: 1\n\nprivate");
    expect(content(`${SET_ASIDE}/sms.AbC123.why`)).toContain("the modem hung twice");
    expect(content(`${SET_ASIDE}/sms.AbC123.why`)).not.toContain("private");
    expect(await given.host.files.list(CHECKED)).toEqual([]);
  });

  it("overwrites none that has the same name", async () => {
    for (const text of ["one", "two"]) {
      given.machine.given(`${CHECKED}/a`, text);
      await aside("a");
    }
    expect([content(`${SET_ASIDE}/a`), content(`${SET_ASIDE}/a.2`)]).toEqual(["one", "two"]);
  });

  it("does not take a message from under an smsd that sends it", async () => {
    const [main] = given.machine.smsd;
    given.machine.given(`${CHECKED}/a`, "x");
    given.machine.given(`${CHECKED}/a.LOCK`, `${main?.pid} SIM7600`);
    await expect(aside("a")).rejects.toMatchObject({ code: "precondition-missing" });
    expect(content(`${CHECKED}/a`)).toBe("x");
  });

  it.each(["../sent/a", "/etc/passwd", "", ".hidden", `${CHECKED}/../sent/a`, "a\nb"])(
    "takes %j for no message",
    async (file) => {
      given.machine.given("/var/spool/sms/sent/a", "x");
      await expect(aside(file)).rejects.toMatchObject({ code: "precondition-missing" });
    },
  );

  it("is done where the message is gone: otherwise smsd, which waits for it, would never start again", async () => {
    expect(await aside("a")).toMatch(/no longer in smsd's queue/);
  });
});
