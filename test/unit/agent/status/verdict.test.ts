import { describe, expect, test } from "vitest";
import type { Level, OngoingFinding, Subject } from "../../../../agent/model/finding.ts";
import { type VerdictFacts, verdictOf } from "../../../../agent/status/verdict.ts";
import { sampleInventory } from "../../../helpers/sample-inventory.ts";

const NOW = Date.UTC(2026, 0, 17, 20);
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const MODEM = { name: "SIM7600", model: "SIM7600", present: true };
const UP = { running: true, unit: "active", pids: [1], strays: [] };
const DOWN = { running: false, unit: "inactive", pids: [], strays: [] };

const WELL: VerdictFacts = {
  agent: { running: true, unit: "active" },
  smsd: UP,
  flag: undefined,
  findings: [],
  modems: [MODEM],
  isSeen: true,
  watchdog: sampleInventory().watchdog,
  now: NOW,
};

function finding(code: string, level: Level, ago: number, subject: Subject = "modem:SIM7600"): OngoingFinding {
  return { code, subject, level, sentence: `It is ${code}.`, evidence: [], notify: true, since: NOW - ago * 1000 };
}

const verdict = (change: Partial<VerdictFacts> = {}) => verdictOf({ ...WELL, ...change });

test("nothing to tell is OK, and so is what is only worth knowing", () => {
  const well = { level: "ok", sentence: "smsd runs and every modem works" };
  expect(verdict()).toEqual(well);
  expect(verdict({ findings: [finding("signal-weak", "info", 9)] })).toEqual(well);
});

test("the worst counts; of several alike the one that began first", () => {
  const findings = [finding("a", "warning", 99), finding("b", "critical", 5), finding("c", "critical", 60)];
  expect(verdict({ findings })).toMatchObject({ code: "c", level: "critical", sentence: "It is c.", since: at(-60) });
});

describe("what is being done", () => {
  const silent = [finding("at-silent", "critical", 60)];
  test.each([
    [
      {
        recovery: { phase: "settle", rung: "usb-reset", cause: "x", ladder: ["at-reset", "usb-reset"], begun: at(-40) },
      },
      "recovery under way for 40 s: usb-reset (2 of 2), the modem boots, and must answer",
    ],
    [
      { recovery: { phase: "resume", rung: "none", cause: "x", ladder: ["usb-reset"] } },
      "recovery under way: without a reset, smsd takes it back",
    ],
    [{ nextRecovery: at(240), failedChecks: 1 }, "its recovery is tried again in 4 min"],
    [{ failedChecks: 2 }, "it is recovered after 3 failed checks in a row, of which this is number 2"],
    [{}, undefined],
  ] as const)("%j: %s", (modem, doing) => {
    expect(verdict({ findings: silent, modems: [{ ...MODEM, ...modem }] }).doing).toBe(doing);
  });

  test("nothing where the watchdog is off, or the agent does not run", () => {
    const modems = [{ ...MODEM, failedChecks: 2 }];
    const watchdog = { ...WELL.watchdog, enabled: false };
    expect(verdict({ findings: silent, modems, watchdog }).doing).toContain("switched the watchdog off");
    const agent = { running: false, unit: "failed" };
    expect(verdict({ findings: silent, modems, agent }).doing).toContain("the agent does not run");
  });

  test("a person must where only a person can", () => {
    const findings = [{ ...finding("sim-missing", "critical", 5), fix: "Look at it." }];
    expect(verdict({ findings }).doing).toBe("somebody must look at it, see below");
  });
});

describe("smsd that does not run", () => {
  test("is never called active, and the agent starts it", () => {
    expect(verdict({ smsd: { ...DOWN, unit: "active" } })).toMatchObject({
      level: "critical",
      code: "smsd-down",
      sentence: "smsd does not run, although smstools.service is active",
      doing: "the agent starts it",
    });
  });

  test("while one runs outside the service is still down", () => {
    expect(verdict({ smsd: { ...DOWN, strays: [42] } }).sentence).toContain("one outside the service does (pid 42)");
  });

  test("because something keeps it down says what", () => {
    const full = finding("disk-full", "critical", 30, "host");
    expect(verdict({ smsd: DOWN, findings: [full] })).toMatchObject({ since: at(-30), doing: "It is disk-full." });
  });

  test("because the only modem is being recovered is that modem's fault", () => {
    const modems = [{ ...MODEM, recovery: { phase: "act", rung: "usb-reset", cause: "x" } as const }];
    const findings = [finding("at-silent", "critical", 60)];
    expect(verdict({ smsd: DOWN, modems, findings })).toMatchObject({
      code: "at-silent",
      sentence: "It is at-silent.",
    });
  });

  test("because a person wanted it so says who, why and until when; forgotten for long it is critical", () => {
    const flag = {
      path: "/tmp/f",
      owner: "root",
      by: "alice",
      reason: "new SIM",
      written: at(-720),
      until: at(1080),
      inForce: true,
      sentence: "x",
    };
    const told = {
      level: "warning",
      code: "manual-stop",
      sentence: "smsd does not run: alice (as root) stopped it on purpose: new SIM",
      since: at(-720),
      doing: "it is started again in 18 min; before that by `modemkeeper smsd start`",
    };
    expect(verdict({ smsd: DOWN, flag })).toEqual(told);
    const findings = [finding("manual-stop", "critical", 720, "smsd")];
    expect(verdict({ smsd: DOWN, flag, findings }).level).toBe("critical");
    expect(verdict({ smsd: DOWN, flag: { ...flag, inForce: false } }).code).toBe("smsd-down");
  });
});

test("without an agent all is well only as far as can be seen", () => {
  const agent = { running: false, unit: "inactive" };
  expect(verdict({ agent })).toMatchObject({ level: "warning", code: "agent-down" });
  expect(verdict({ isSeen: false })).toMatchObject({ level: "warning", code: "not-seen" });
});
