import { describe, expect, test } from "vitest";
import type { ModemMemory } from "../../../../agent/model/memory.ts";
import type { ModemLog } from "../../../../agent/model/observation.ts";
import { sampleSmsd } from "../../../helpers/sample-inventory.ts";
import { ModemStory, oneModem, START } from "./modem-story.ts";

/** An hour into the life of a working modem. */
const NOW = START + 3_601_000;
const ago = (seconds: number) => NOW - seconds * 1000;

function seenWith(log: Partial<ModemLog>, memory: Partial<ModemMemory> = {}): ModemStory {
  const story = ModemStory.working(oneModem({ failuresBeforeRecovery: 100 }));
  story.log({ readyAt: ago(0), ...log }).remember(memory);
  story.look();
  return story;
}

const io = (times: readonly number[]): Partial<ModemLog> => ({ ioErrors: times.map(ago) });
const trouble = (kind: "not-opening" | "not-answering" | "sim", at: number, since: number): Partial<ModemLog> => ({
  readyAt: ago(since + 1),
  trouble: { at: ago(at), since: ago(since), text: "said smsd", kind },
});

describe("what smsd's log says", () => {
  test.each<readonly [string, Partial<ModemLog>, readonly string[]]>([
    ["two errors among answers", io([9, 1]), []],
    ["three errors in ten seconds, whatever else it says", io([9, 5, 1]), ["io-errors"]],
    ["three errors in eleven seconds, among answers", io([11, 5, 1]), []],
    ["a burst with a stale answer right after it", { ...io([9, 6, 5]), readyAt: ago(4) }, ["io-errors"]],
    ["a burst that is over: smsd has talked well since", { ...io([9, 8, 7]), readyAt: ago(4) }, []],
    ["two errors without an answer since", { ...io([50, 40]), readyAt: ago(55) }, ["io-errors"]],
    ["two errors, the first followed by an answer", { ...io([50, 40]), readyAt: ago(45) }, []],
    ["two errors too far apart", { ...io([61, 1]), readyAt: ago(62) }, ["no-progress"]],
    ["no answer for 59 s", { readyAt: ago(59) }, []],
    ["no answer for 60 s", { readyAt: ago(60) }, ["no-progress"]],
    ["it does not answer", trouble("not-answering", 1, 1), ["not-answering"]],
    ["its port does not open for 14 s", trouble("not-opening", 1, 14), []],
    ["its port does not open for 15 s", trouble("not-opening", 1, 15), ["port-not-opening"]],
    ["the SIM is not ready", trouble("sim", 1, 20), []],
    ["its process ended", { dead: { at: ago(1), text: "terminated" } }, ["smsd-lost-modem"]],
    ["smsd blocks it still", { blocked: { at: ago(30), seconds: 60 } }, ["modem-blocked"]],
    ["smsd blocked it", { blocked: { at: ago(61), seconds: 60 } }, []],
  ])("%s", (_, log, findings) => {
    expect(seenWith(log).findings).toEqual(findings);
  });

  test.each<readonly [string, readonly number[], readonly string[]]>([
    ["of a poll from before the modem came back", [34], []],
    ["of later polls", [34, 24], ["io-errors"]],
    ["of polls that the log does not show", [], ["io-errors"]],
  ])("errors %s", (_, polls, findings) => {
    const story = ModemStory.working(oneModem({ failuresBeforeRecovery: 100 }));
    story.unplug().look();
    story.after(1).plug("1", 10).look();
    // It has booted, and smsd goes on with the port of before.
    story.after(30);
    const before = (seconds: number) => story.now - seconds * 1000;
    story.log({ readyAt: before(36), ioErrors: [20, 15, 10].map(before), polls: polls.map(before) }).look();
    expect(story.findings).toEqual(findings);
  });

  test("silence counts from the moment smsd gave it back, not from its last answer before", () => {
    const story = ModemStory.working();
    story.suspended({ SIM7600: "it is being recovered" }).after(300).look();
    story.suspended({}).look();
    expect(story.findings).toEqual([]);
    story.after(59).look();
    expect(story.findings).not.toContain("no-progress");
    story.after(1).look();
    expect(story.findings).toContain("no-progress");
  });

  test("a message on its way gives it another minute", () => {
    const story = ModemStory.working();
    story.seen.smsd = { ...story.seen.smsd, inFlight: { SIM7600: "m1" } };
    story.after(119).look();
    expect(story.findings).not.toContain("no-progress");
    story.after(1).look();
    expect(story.findings).toContain("no-progress");
  });

  test.each([
    ["its log level hides polls", { settings: { loglevel: 5 } }],
    ["its time format is not ours", { settings: { logtime_format: "%H:%M" } }],
  ])("silence means nothing where %s", (_, smsd) => {
    const story = ModemStory.working({ ...oneModem(), smsd: sampleSmsd(smsd) });
    story.after(600).look();
    expect(story.findings).toEqual([]);
  });

  test("what it said of the modem before it left is not held against the one that came", () => {
    const story = ModemStory.working();
    story
      .log(io([5, 3, 1]))
      .unplug()
      .look();
    story.after(2).plug("1", 5).look();
    story.after(31).ready().look();
    expect(story.findings).toEqual([]);
  });
});

describe("what probes say", () => {
  const silent = { at: ago(1), answered: false, detail: "silent" };

  test.each<readonly [string, Partial<ModemLog>, Partial<ModemMemory>, readonly string[]]>([
    ["no answer, and smsd has none", { readyAt: ago(20) }, { probe: silent }, ["at-silent"]],
    ["no answer, but smsd had one just before", { readyAt: ago(10) }, { probe: silent }, []],
    ["no answer, but smsd had one since", { readyAt: ago(0.5) }, { probe: { ...silent, at: ago(30) } }, []],
    ["searching for five minutes", {}, { registration: { status: 2, since: ago(300) } }, ["not-registered"]],
    ["searching for less", {}, { registration: { status: 2, since: ago(299) } }, []],
    ["registered for SMS only", {}, { registration: { status: 6, since: ago(9999) } }, []],
    ["refused by the network", {}, { registration: { status: 3, since: ago(1) } }, ["registration-denied"]],
    ["a weak signal", {}, { signal: 5 }, ["signal-weak"]],
    ["a signal", {}, { signal: 6 }, []],
    ["a SIM that is ready", {}, { sim: "READY" }, []],
    ["a SIM without a PIN given", {}, { sim: "SIM PIN" }, ["sim-pin"]],
    ["a locked SIM", {}, { sim: "SIM PUK" }, ["sim-puk"]],
    ["no SIM", {}, { sim: "+CME ERROR: 10" }, ["sim-missing"]],
    ["a memory at 79 %", {}, { storage: { used: 79, total: 100 } }, []],
    ["a memory at 80 %", {}, { storage: { used: 80, total: 100 } }, ["sim-storage-full-soon"]],
    ["a memory that says it has no place", {}, { storage: { used: 0, total: 0 } }, []],
  ])("%s", (_, log, memory, findings) => {
    expect(seenWith(log, memory).findings).toEqual(findings);
  });

  test("a SIM that wants the PIN that is configured gets it from smsd", () => {
    const inventory = oneModem();
    const modems = inventory.modems.map((modem) => ({ ...modem, pin: { from: "file", path: "/pin" } as const }));
    const story = ModemStory.working({ ...inventory, modems });
    story.remember({ sim: "SIM PIN" }).after(1).ready().look();
    expect(story.findings).toEqual([]);
  });

  test("nothing said while it boots is held against it", () => {
    const story = ModemStory.working();
    story.unplug().look();
    story.after(2).plug("1", 5).look();
    story
      .remember({ probe: { at: story.now + 1_000, answered: false, detail: "silent" } })
      .after(35)
      .look();
    expect(story.findings).not.toContain("at-silent");
  });
});

describe("what the bus says", () => {
  function lost(seconds: number, keep: readonly number[]): ModemStory {
    const story = ModemStory.working(oneModem({ rungs: [] }));
    const [device] = story.seen.attached;
    if (!device) throw new Error("there is a device");
    const interfaces = device.interfaces.map(({ tty, ...one }) =>
      keep.includes(one.number) && tty !== undefined ? { ...one, tty } : one,
    );
    story.seen.attached = [{ ...device, interfaces }];
    story.link().look();
    story.after(seconds).look();
    return story;
  }

  test.each([
    ["the AT port alone is missing for 4.9 s", 4.9, [0, 1, 3, 4], undefined],
    ["the AT port alone is missing for 5 s", 5, [0, 1, 3, 4], "at-port-missing"],
    ["every port is missing for 5 s", 5, [], "ports-missing"],
    ["another port is missing", 30, [0, 1, 2, 4], undefined],
  ] as const)("%s", (_, seconds, keep, code) => {
    const found = lost(seconds, keep).findings.filter((one) => one.endsWith("missing"));
    expect(found).toEqual(code === undefined ? [] : [code]);
  });

  test("the AT interface itself is gone: the modem is still this one, and its port is missing", () => {
    const story = ModemStory.working(oneModem({ rungs: [] }));
    const [device] = story.seen.attached;
    if (!device) throw new Error("there is a device");
    story.seen.attached = [{ ...device, interfaces: device.interfaces.filter(({ number }) => number !== 2) }];
    story.link().look();
    story.after(5).look();
    expect(story.said).toEqual([]);
    expect(story.findings).toContain("at-port-missing");
  });

  test("ports that have not come while it boots are not missing", () => {
    const story = new ModemStory().smsd(true);
    story.plug("1", 0, { interfaces: [0, 1, 2, 3, 4].map((number) => ({ number, class: "ff/00/00" })) }).look();
    story.after(29).look();
    expect(story.findings).toEqual([]);
    story.after(1).look();
    expect(story.findings).toContain("ports-missing");
  });

  test("a modem that the kernel may put to sleep", () => {
    const story = ModemStory.working();
    story.seen.usbStates = { "1-1": { deviceNumber: 5, powerControl: "auto", authorized: true } };
    story.after(1).ready().look();
    expect(story.findings).toEqual(["autosuspend-on"]);
  });
});

describe("failed checks", () => {
  test("one at once, one each interval, none where one succeeds", () => {
    const story = ModemStory.working();
    story.after(60).look();
    expect(story.modem().failedChecks).toBe(1);
    story.after(14).look();
    expect(story.modem().failedChecks).toBe(1);
    story.after(1).look();
    expect(story.modem().failedChecks).toBe(2);
    story.ready().look();
    expect(story.modem().failedChecks).toBe(0);
  });

  test("a burst of I/O errors counts as all of them", () => {
    expect(seenWith(io([3, 2, 1])).modem().failedChecks).toBe(100);
  });

  test("the look is when the silence is long enough, not at the next slow one", () => {
    const story = ModemStory.working();
    story.after(40).look();
    expect(story.decision?.wakeAt).toBeLessThanOrEqual(story.now + 20_000);
  });

  test("a watchdog that is switched off tells of a fault and does nothing", () => {
    const story = ModemStory.working(oneModem({ enabled: false }));
    story.log(io([3, 2, 1])).look();
    expect(story.decision?.findings).toMatchObject([{ code: "io-errors", notify: true }]);
    expect(story.modem().recovery).toBeUndefined();
  });
});
