import { describe, expect, test } from "vitest";
import { broken, carriedOut, phase, probed, SILENT, stopped } from "./ladder-story.ts";
import { ALL_RUNGS, ModemStory, oneModem } from "./modem-story.ts";

describe("which rungs", () => {
  const ladderOf = (story: ModemStory) => story.modem().recovery?.ladder;

  test("errors from a port opened anew each time leave nothing to a restart of smsd", () => {
    expect(ladderOf(broken())).toEqual(["at-reset", "usb-reset", "usb-authorize"]);
    expect(ladderOf(broken(["restart-smsd"]))).toEqual(["restart-smsd"]);
  });

  test("errors from a port that is kept open do", () => {
    const inventory = oneModem();
    const modems = inventory.modems.map((modem) => ({ ...modem, smsd: { ...modem.smsd, keep_open: true } }));
    const story = ModemStory.working({ ...inventory, modems });
    story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
    expect(ladderOf(story)?.[0]).toBe("restart-smsd");
  });

  test("a missing AT port goes to the USB rungs directly", () => {
    const story = ModemStory.working(oneModem({ rungs: ALL_RUNGS }));
    const [device] = story.seen.attached;
    if (!device) throw new Error("there is a device");
    story.seen.attached = [{ ...device, interfaces: device.interfaces.filter(({ number }) => number !== 2) }];
    story.link().look();
    story.after(5).look();
    expect(ladderOf(story)).toEqual(["usb-reset", "usb-authorize", "host-reboot"]);
    expect(story.said).toEqual(["recovery-begun"]);
    stopped(story);
    expect(story.steps).toEqual(["usb-reset"]);
  });

  test("power only where the inventory names the hub's port", () => {
    const named = broken(["usb-power"]);
    expect(ladderOf(named)).toEqual(["usb-power"]);
    const story = ModemStory.working(oneModem({ rungs: ["usb-power"] }));
    story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
    expect(ladderOf(story)).toBeUndefined();
    expect(story.findings).toContain("recovery-impossible");
  });

  test("a reboot once a day, by a clock that may have been set back", () => {
    const ladderAfter = (hours: number) => {
      const story = ModemStory.working(oneModem({ rungs: ["host-reboot"] }));
      story.remember({ rebootedAt: story.wall - hours * 3_600_000 });
      story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
      return ladderOf(story);
    };
    expect([23, 24, -1].map(ladderAfter)).toEqual([undefined, ["host-reboot"], undefined]);
  });

  test("the reboot is remembered before it happens", () => {
    const story = broken(["host-reboot"]);
    stopped(story);
    expect(story.steps).toEqual(["host-reboot"]);
    expect(story.modem().rebootedAt).toBe(story.wall);
  });

  test("what never worked is not reset over USB, and only once", () => {
    const story = new ModemStory(oneModem()).smsd(true);
    story.plug().look();
    story.log({ ioErrors: [] }).after(60).look();
    for (let count = 0; count < 10 && !story.modem().recovery; count += 1) {
      if (story.steps.includes("probe")) story.after(5).end("probe", { ok: false, probe: SILENT });
      story.after(15).look();
    }
    expect(ladderOf(story)).toEqual(["at-reset"]);
    stopped(story);
    if (story.seen.running.length > 0 && !story.steps.includes("at-reset")) probed(story, SILENT);
    story.after(9).end("at-reset", { ok: false, detail: "silent" }).look();
    expect(story.modem()).toMatchObject({ triedInVain: true });
    story.smsd(true).look();
    for (let count = 0; count < 100; count += 1) {
      if (story.steps.includes("probe")) story.after(5).end("probe", { ok: false, probe: SILENT });
      story.after(30).look();
    }
    expect(story.modem().recovery).toBeUndefined();
    expect(story.said.filter((code) => code === "recovery-begun")).toHaveLength(1);
  });
});

describe("when nothing may be done", () => {
  test("not within the boot time after it appeared", () => {
    const story = ModemStory.working();
    story.plug("1", 5).look();
    const errors = () => story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
    story.after(29);
    errors();
    expect(phase(story)).toBeUndefined();
    story.after(1);
    errors();
    expect(phase(story)).toBe("isolate");
  });

  test("not what is absent", () => {
    const story = ModemStory.working();
    story
      .unplug()
      .log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) })
      .look();
    story.after(600).look();
    expect([phase(story), story.modem().failedChecks]).toEqual([undefined, 0]);
  });

  test("not under a manual stop, which ends a recovery that is under way", () => {
    const story = broken();
    stopped(story);
    story.seen.flag = { kind: "file", owner: "root", modifiedAt: story.wall, content: "" };
    story.after(1).end("at-reset").look();
    expect(phase(story)).toBeUndefined();
    expect(story.said.at(-1)).toBe("recovery-given-up");
    expect(story.decision?.demands).toEqual({ suspend: {}, pinRefused: [] });
    story.after(600).look();
    expect(story.steps).toEqual([]);
  });

  test("not beside a person's command; the phase has its whole time afterwards", () => {
    const story = broken(["usb-reset"]);
    stopped(story);
    carriedOut(story, "usb-reset");
    story.after(1).end("probe", { ok: false, probe: SILENT });
    story.seen.operator = { pid: 7, process: "modemkeeper", user: "root", since: 0 };
    story.look();
    story.after(300).look();
    expect(story.steps).toEqual([]);
    expect(phase(story)).toBe("settle");
    delete story.seen.operator;
    story.after(1).look();
    expect(story.steps).toEqual(["probe"]);
  });

  test("not for what somebody else keeps smsd away from", () => {
    const story = ModemStory.working();
    story.seen.smsd = { ...story.seen.smsd, suspendedByOthers: ["SIM7600"] };
    story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
    expect(phase(story)).toBeUndefined();
  });

  test("not more than ten rungs an hour, and then a finding", () => {
    const story = ModemStory.working();
    story.remember({ rungs: Array.from({ length: 10 }, (_, index) => story.now - index * 60_000) });
    story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
    expect(phase(story)).toBeUndefined();
    expect(story.findings).toContain("recovery-budget-spent");
  });

  test("a modem that vanishes and does not return within twice its boot time is absent, and nothing more is done", () => {
    const story = broken();
    stopped(story);
    story.after(1).end("at-reset").unplug().look();
    story.after(59).look();
    expect(phase(story)).toBe("settle");
    expect(story.findings).not.toContain("modem-absent");
    story.after(1).look();
    expect(story.said.at(-1)).toBe("modem-absent");
    expect(phase(story)).toBeUndefined();
    expect(story.decision?.demands.hold).toBeUndefined();
    story.after(1).look();
    expect(story.findings).toContain("modem-absent");
  });
});
