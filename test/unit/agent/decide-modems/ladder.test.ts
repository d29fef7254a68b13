import { describe, expect, test } from "vitest";
import type { RecoveryPhase } from "../../../../agent/model/memory.ts";
import type { AgentStep } from "../../../../agent/model/step.ts";
import type { Rung } from "../../../../core/model/inventory.ts";
import { ALL_RUNGS, ModemStory, oneModem, twoModems } from "./modem-story.ts";

const ANSWERS = { answered: true } as const;
const SILENT = { answered: false } as const;

/** A modem whose port gives I/O errors: known to be silent, so the resets begin at once. */
function broken(rungs: readonly Rung[] = ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"]): ModemStory {
  const inventory = oneModem({ rungs });
  const power = { hub: "1-1", port: 2 };
  const modems = inventory.modems.map((modem) => ({ ...modem, power }));
  const story = ModemStory.working({ ...inventory, modems });
  story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
  return story;
}

/** smsd's silence of a minute, checked three times. */
function silentSmsd(rungs: readonly Rung[] = ["restart-smsd", "at-reset", "usb-reset"]): ModemStory {
  const story = ModemStory.working(oneModem({ rungs }));
  story.seen.holders = { ttyUSB3: [{ pid: 9, process: "minicom", user: "root", since: 0 }] };
  for (const wait of [60, 15, 15]) story.after(wait).look();
  return story;
}

function stopped(story: ModemStory): ModemStory {
  story.after(1).smsd(false).look();
  return story;
}

/** The rung is carried out; where it restarts the modem, that leaves the bus and returns. */
function carriedOut(story: ModemStory, rung: Exclude<Rung, "restart-smsd">): ModemStory {
  story.after(1).end(rung);
  if (rung === "at-reset" || rung === "usb-power") {
    story.unplug().look();
    story.after(5).plug("1", 10);
  }
  story.look();
  return story;
}

function phase(story: ModemStory): RecoveryPhase | undefined {
  return story.modem().recovery?.phase;
}

const probed = (story: ModemStory, probe: { readonly answered: boolean }) =>
  story.after(0.5).end("probe", { ok: probe.answered, probe }).look();

/** smsd is started again and gets its answers. */
function resumed(story: ModemStory): ModemStory {
  expect(story.decision?.demands.hold).toBeUndefined();
  story.after(1).smsd(true).look();
  story.after(2).ready().look();
  return story;
}

describe("a rung that helps", () => {
  test.each(["at-reset", "usb-reset", "usb-authorize", "usb-power"] as const)(
    "%s: smsd stops, the modem is reset and asked, smsd starts and must get an answer",
    (rung) => {
      const story = broken([rung]);
      expect(story.said).toEqual(["recovery-begun"]);
      expect(story.decision?.demands.hold?.modem).toBe("SIM7600");
      expect(story.steps).toEqual([]);
      stopped(story);
      expect(story.steps).toEqual([rung]);
      carriedOut(story, rung);
      expect(phase(story)).toBe("settle");
      expect(story.steps).toEqual(["probe"]);
      expect(story.decision?.demands.hold).toBeDefined();
      probed(story, ANSWERS);
      resumed(story);
      expect(story.said.at(-1)).toBe("recovery-succeeded");
      expect(story.modem()).toMatchObject({ lastGoodRung: rung, failedChecks: 0, failedRecoveries: 0 });
      expect(story.modem().recovery).toBeUndefined();
      expect(story.decision?.transitions.at(-1)?.sentence).toMatch(new RegExp(`works again after \\d.* by ${rung}:`));
    },
  );

  test("a modem that answers on its free port is not reset: smsd begins anew", () => {
    const story = silentSmsd();
    stopped(story);
    expect(story.decision?.steps[0]?.step).toMatchObject({ do: "probe", via: "at", tty: "ttyUSB2" });
    probed(story, ANSWERS);
    expect(story.steps).toEqual([]);
    resumed(story);
    expect(story.modem().lastGoodRung).toBe("restart-smsd");
  });

  test("one that does not answer there is not mended by restarting smsd", () => {
    const story = silentSmsd();
    stopped(story);
    probed(story, SILENT);
    expect(story.steps).toEqual(["at-reset"]);
  });

  test("where restart-smsd is no rung, a modem that answers is given back as it is", () => {
    const story = silentSmsd(["usb-reset"]);
    stopped(story);
    probed(story, ANSWERS);
    resumed(story);
    expect(story.modem().lastGoodRung).toBeUndefined();
    expect(story.said.at(-1)).toBe("recovery-succeeded");
  });

  test("the rung that helped last is the first next time", () => {
    const story = ModemStory.working(oneModem());
    story.remember({ lastGoodRung: "usb-authorize" });
    story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
    expect(story.modem().recovery?.ladder).toEqual(["usb-authorize", "at-reset", "usb-reset"]);
  });
});

describe("a rung that does not help", () => {
  test("a step that fails: the next one, when the modem has had its boot time", () => {
    const story = broken();
    stopped(story);
    story.after(9).end("at-reset", { ok: false, detail: "no port answers" }).look();
    expect(story.said.slice(-2)).toEqual(["rung-failed", "rung-tried"]);
    expect(story.steps).toEqual(["usb-reset"]);
  });

  test("a reset after which the modem is still the same device has not restarted it, though it answers", () => {
    const story = broken();
    stopped(story);
    story.after(1).end("at-reset").look();
    probed(story, ANSWERS);
    expect(phase(story)).toBe("settle");
    story.after(30).look();
    expect(story.decision?.transitions[0]?.sentence).toContain("answers, but has not restarted");
    expect(story.steps).toEqual(["usb-reset"]);
  });

  test("what it answered before it restarted is no answer of the restarted modem", () => {
    const story = broken();
    stopped(story);
    story.after(1).end("at-reset").look();
    probed(story, ANSWERS);
    story.unplug().look();
    story.after(5).plug("1", 10).look();
    expect(phase(story)).toBe("settle");
    expect(story.steps).toEqual(["probe"]);
  });

  test("a modem that stays silent after a reset gets its boot time and 20 s, then the next rung", () => {
    const story = broken(["usb-reset", "usb-authorize"]);
    stopped(story);
    carriedOut(story, "usb-reset");
    const reset = story.now;
    while (!story.steps.includes("usb-authorize") && story.now < reset + 100_000) {
      if (story.steps.includes("probe")) story.after(5).end("probe", { ok: false, probe: SILENT });
      else story.after(1);
      story.look();
    }
    expect(story.now - reset).toBeGreaterThanOrEqual(50_000);
    expect(story.now - reset).toBeLessThan(56_000);
  });

  test("I/O errors right after smsd took it back", () => {
    const story = broken(["usb-reset", "usb-authorize"]);
    stopped(story);
    carriedOut(story, "usb-reset");
    probed(story, ANSWERS);
    story.after(1).smsd(true).look();
    expect(phase(story)).toBe("confirm");
    story
      .after(3)
      .log({ ioErrors: [story.now - 1000, story.now] })
      .look();
    expect(story.said.at(-1)).toBe("rung-failed");
    expect(story.decision?.demands.hold).toBeDefined();
    expect(story.modem().recovery?.rung).toBe(1);
  });

  test("smsd that gets no answer within 30 s", () => {
    const story = broken(["usb-reset", "usb-authorize"]);
    stopped(story);
    carriedOut(story, "usb-reset");
    probed(story, ANSWERS);
    story.after(1).smsd(true).look();
    story.after(29.9).look();
    expect(phase(story)).toBe("confirm");
    story.after(0.1).look();
    expect(story.said.at(-1)).toBe("rung-failed");
  });

  test("after the last one smsd gets the modem back, and each pause is twice the one before, up to the longest", () => {
    const pauses = [0, 1, 2, 3, 20].map((failedRecoveries) => {
      const story = broken(["usb-reset"]);
      story.remember({ failedRecoveries });
      stopped(story);
      story.after(1).end("usb-reset", { ok: false, detail: "refused" }).look();
      expect(story.said.at(-1)).toBe("recovery-failed");
      expect(story.decision?.demands.hold).toBeUndefined();
      return (story.modem().notBefore - story.now) / 1000;
    });
    expect(pauses).toEqual([60, 120, 240, 480, 3600]);
  });

  test("while it waits for the next climb, a finding says so", () => {
    const story = broken(["usb-reset"]);
    stopped(story);
    story.after(1).end("usb-reset", { ok: false, detail: "refused" }).look();
    story.after(1).smsd(true).look();
    story
      .after(40)
      .log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) })
      .look();
    expect(story.findings).toContain("recovery-failed");
    expect(phase(story)).toBeUndefined();
    story
      .after(20)
      .log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) })
      .look();
    expect(phase(story)).toBe("isolate");
  });
});

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

describe("two modems, one of them sick", () => {
  function sick(): ModemStory {
    const story = ModemStory.working(twoModems());
    story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }, "RIGHT").look();
    return story;
  }

  test("only the sick one is suspended, smsd runs on, and nothing is done until it let go", () => {
    const story = sick();
    expect(story.decision?.demands).toMatchObject({ suspend: { RIGHT: "it is being recovered" } });
    expect(story.decision?.demands.hold).toBeUndefined();
    expect(story.modem("RIGHT").recovery).toMatchObject({
      isolation: "suspend",
      ladder: ["at-reset", "usb-reset", "usb-authorize"],
    });
    story.after(1).ready("LEFT").look();
    expect(story.steps).toEqual([]);
    story.suspended({ RIGHT: "it is being recovered" }).log({ suspendedAt: story.now }, "RIGHT");
    story.after(0.1).ready("LEFT").look();
    expect(story.decision?.steps).toMatchObject([{ subject: "modem:RIGHT", step: { do: "at-reset" } }]);
    expect(story.decision?.demands.restart).toBeUndefined();
  });

  test("where smsd does not say that it let go, five seconds are enough", () => {
    const story = sick();
    story.suspended({ RIGHT: "it is being recovered" }).look();
    story.after(4.9).look();
    expect(story.steps).toEqual([]);
    story.after(0.1).look();
    expect(story.steps).toEqual(["at-reset"]);
  });

  test("smsd is restarted for the process that ended, though the other works", () => {
    const story = ModemStory.working(twoModems());
    story.log({ dead: { at: story.now, text: "terminated" } }, "RIGHT").look();
    expect(story.decision?.demands.restart).toMatchObject({ modem: "RIGHT", code: "smsd-lost-modem" });
    expect(story.findings).toEqual(["smsd-lost-modem"]);
  });

  test("smsd that does not talk to one that returned is not restarted while the other works", () => {
    const restartFor = (leftWorks: boolean) => {
      const story = ModemStory.working(twoModems());
      story.unplug("2").look();
      story.after(3).plug("2", 20).look();
      for (let count = 0; count < 46; count += 1) {
        story.after(1);
        if (leftWorks) story.ready("LEFT");
        story.look();
      }
      if (!leftWorks) story.after(20).look();
      return story.decision?.demands.restart?.code;
    };
    expect(restartFor(true)).toBeUndefined();
    expect(restartFor(false)).toBe("not-talking-after-reconnection");
  });
});

describe("an agent that is killed in the middle", () => {
  const kinds: readonly (readonly [string, (story: ModemStory) => void, AgentStep["do"] | undefined])[] = [
    ["before smsd is down: it is waited for", () => {}, undefined],
    ["while the rung is carried out: the modem is asked", stopped, "probe"],
  ];
  test.each(kinds)("%s", (_, until, step) => {
    const story = broken();
    until(story);
    story.restartAgent().after(2).look();
    expect(story.steps).toEqual(step === undefined ? [] : [step]);
    expect(story.decision?.demands.hold).toBeDefined();
    expect(story.said.filter((code) => code === "recovery-begun")).toHaveLength(1);
  });

  test("for so long that the time to settle is over: the modem is asked all the same", () => {
    const story = broken(["usb-reset"]);
    stopped(story);
    carriedOut(story, "usb-reset");
    story.restartAgent().after(600).look();
    expect(story.steps).toEqual(["probe"]);
    probed(story, ANSWERS);
    resumed(story);
    expect(story.said.at(-1)).toBe("recovery-succeeded");
  });
});

describe("a message that kills the modem", () => {
  const flying = (story: ModemStory, file: string | undefined) => {
    story.seen.smsd = { ...story.seen.smsd, inFlight: file === undefined ? {} : { SIM7600: file } };
  };

  test("the same one in flight at two hangs in a row is set aside before anything else, and the queue goes on", () => {
    const story = ModemStory.working(oneModem({ rungs: ["usb-reset"] }));
    story.remember({ suspect: { file: "m1", crashes: 1, at: story.now - 100_000 } });
    flying(story, "m1");
    story.log({ readyAt: story.now - 200_000, ioErrors: [2, 1, 0].map((s) => story.now - s * 1000) }).look();
    flying(story, undefined);
    stopped(story);
    expect(story.decision?.steps[0]?.step).toMatchObject({ do: "set-aside", file: "m1" });
    story.after(0.2).end("set-aside").look();
    expect(story.steps).toEqual(["usb-reset"]);
    expect(story.said).toContain("message-set-aside");
    expect(story.findings).toContain("message-set-aside");
    expect(story.modem().suspect).toBeUndefined();
  });

  test("another one in flight is a first suspicion", () => {
    const story = ModemStory.working();
    story.remember({ suspect: { file: "m1", crashes: 1, at: story.now - 1_000 } });
    flying(story, "m2");
    story.log({ ioErrors: [2, 1, 0].map((s) => story.now - s * 1000) }).look();
    expect(story.modem().suspect).toMatchObject({ file: "m2", crashes: 1 });
  });

  test("the end of smsd's process counts once, however often its line is seen", () => {
    const story = ModemStory.working();
    flying(story, "m1");
    const dead = { at: story.now, text: "terminated" };
    for (let count = 0; count < 3; count += 1) {
      story.after(1).log({ dead }).look();
      expect(story.modem().suspect).toMatchObject({ crashes: 1 });
    }
  });

  test("one that is gone from the queue while the modem works on is innocent", () => {
    const story = ModemStory.working();
    story.remember({ suspect: { file: "m1", crashes: 1, at: story.now - 1_000 } });
    story.after(1).ready().look();
    expect(story.modem().suspect).toBeUndefined();
  });
});

describe("a modem whose authorization was taken away", () => {
  function unauthorized(story: ModemStory): ModemStory {
    const [device] = story.seen.attached;
    if (!device) throw new Error("there is a device");
    story.seen.attached = [{ ...device, interfaces: [] }];
    story.seen.usbStates = { [device.sysName]: { deviceNumber: 5, powerControl: "on", authorized: false } };
    return story.link();
  }

  test("by an agent that was killed before it gave it back: the rung is carried out again", () => {
    const story = broken(["usb-authorize"]);
    stopped(story);
    expect(story.steps).toEqual(["usb-authorize"]);
    unauthorized(story).restartAgent().after(2).look();
    expect(story.steps).toEqual(["usb-authorize"]);
    expect(story.said).not.toContain("modem-gone");
  });

  test("by somebody's script, for less than half a minute: it is left alone", () => {
    const story = ModemStory.working();
    unauthorized(story).look();
    story.after(29).look();
    expect([story.steps, story.findings]).toEqual([[], []]);
  });

  test("for longer: nothing but usb-authorize reaches it", () => {
    const story = ModemStory.working();
    unauthorized(story).look();
    story.after(30).look();
    expect(story.findings).toEqual(["not-authorized"]);
    expect(story.modem().recovery?.ladder).toEqual(["usb-authorize"]);
  });
});
