import { describe, expect, test } from "vitest";
import type { Rung } from "../../../../core/model/inventory.ts";
import { sampleSmsd } from "../../../helpers/sample-inventory.ts";
import { ModemStory, oneModem, twoModems } from "./modem-story.ts";

const ANSWERS = { answered: true } as const;
const errors = (story: ModemStory, name = story.name) =>
  story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }, name).look();

/** A modem that has been reset over USB and answers; smsd may have it back. */
function givenBack(rungs: readonly Rung[] = ["usb-reset", "usb-authorize"], change: object = {}): ModemStory {
  const story = ModemStory.working({ ...oneModem({ rungs }), ...change });
  errors(story);
  story.after(1).smsd(false).look();
  story.after(1).end("usb-reset").look();
  story.after(0.5).end("probe", { probe: ANSWERS }).look();
  expect(story.modem().recovery?.phase).toBe("resume");
  return story;
}

describe("giving the modem back", () => {
  test("an smsd that does not start within a minute is no fault of a modem that answers", () => {
    const story = givenBack();
    story.after(59).look();
    expect(story.modem().recovery?.phase).toBe("resume");
    story.after(1).look();
    expect(story.said.at(-1)).toBe("recovery-succeeded");
    expect(story.decision?.transitions.at(-1)?.sentence).toContain("smsd does not run");
  });

  test("a modem that leaves the bus again is not recovered", () => {
    const story = givenBack();
    story.unplug().smsd(true).look();
    story.after(60).look();
    expect(story.said).toContain("rung-failed");
    expect(story.said).not.toContain("recovery-succeeded");
    expect(story.steps).toEqual([]);
  });

  test("an smsd that keeps it suspended has not taken it back", () => {
    const story = givenBack();
    story.smsd(true).suspended({ SIM7600: "it is being recovered" });
    story.look();
    story.after(60).look();
    expect(story.said.at(-1)).toBe("rung-failed");
  });

  test("where the log does not show polls, five seconds without an error are all that can be known", () => {
    const story = givenBack(["usb-reset"], { smsd: sampleSmsd({ settings: { loglevel: 4 } }) });
    story.after(1).smsd(true).look();
    story.after(4).look();
    expect(story.modem().recovery?.phase).toBe("confirm");
    story.after(1).look();
    expect(story.said.at(-1)).toBe("recovery-succeeded");
  });
});

describe("what ends a recovery", () => {
  test("the inventory that switches the watchdog off", () => {
    const story = givenBack();
    story.inventory = oneModem({ enabled: false });
    story.look();
    expect([story.said.at(-1), story.modem().recovery]).toEqual(["recovery-given-up", undefined]);
    expect(story.decision?.transitions.at(-1)).toMatchObject({ level: "info", notify: true });
  });

  test("a refused PIN", () => {
    const story = givenBack();
    story
      .after(1)
      .smsd(true)
      .log({ pinRefused: { at: story.now, text: "Your SIM is locked" } });
    story.look();
    expect([story.said.at(-1), story.modem().recovery]).toEqual(["recovery-given-up", undefined]);
    expect(story.decision?.findings).toMatchObject([{ code: "pin-refused", fix: expect.stringContaining("PUK") }]);
  });

  test("a person who suspends the modem", () => {
    const story = givenBack();
    story.seen.smsd = { ...story.seen.smsd, suspendedByOthers: ["ALL"] };
    story.look();
    expect(story.said.at(-1)).toBe("recovery-given-up");
  });

  test("the hour's last rung", () => {
    const story = ModemStory.working(oneModem({ rungs: ["usb-reset", "usb-authorize"] }));
    story.remember({ rungs: Array.from({ length: 9 }, (_, index) => story.now - index * 60_000) });
    errors(story);
    story.after(1).smsd(false).look();
    story.after(1).end("usb-reset", { ok: false, detail: "refused" }).look();
    expect(story.said.at(-1)).toBe("recovery-failed");
    expect(story.steps).toEqual([]);
  });

  test("an smsd that does not let go within two minutes", () => {
    const story = ModemStory.working(oneModem({ rungs: ["usb-reset"] }));
    errors(story);
    story.after(119).look();
    expect(story.steps).toEqual([]);
    story.after(1).look();
    expect(story.said.at(-1)).toBe("recovery-failed");
  });
});

describe("restarting smsd for one of two", () => {
  /** Both are silent to smsd, and LEFT answers where smsd is away. */
  function bothSilent(): ModemStory {
    const story = ModemStory.working(twoModems());
    const person = { pid: 9, process: "minicom", user: "root", since: 0 };
    story.seen.holders = { ttyUSB3: [person], ttyUSB8: [person] };
    for (const wait of [60, 15, 15]) story.after(wait).look();
    const suspended = { LEFT: "it is being recovered", RIGHT: "it is being recovered" };
    story.suspended(suspended).log({ suspendedAt: story.now }, "LEFT").look();
    story.after(1).end("probe", { probe: ANSWERS });
    return story;
  }

  test("it is asked for, and smsd that has begun anew must get an answer", () => {
    const story = bothSilent();
    story.look();
    expect(story.decision?.demands.restart).toMatchObject({ modem: "LEFT", code: "recovery-restart" });
    expect(story.decision?.demands.suspend).not.toHaveProperty("LEFT");
    story.after(3).smsd(true).look();
    story.after(2).ready("LEFT").look();
    expect(story.said.at(-1)).toBe("recovery-succeeded");
    expect(story.modem("LEFT").lastGoodRung).toBe("restart-smsd");
  });

  test("it is not where the other one works by now", () => {
    const story = bothSilent();
    const { recovery: _, ...rest } = story.modem("RIGHT");
    story.memory = { ...story.memory, modems: { ...story.memory.modems, RIGHT: rest } };
    story.suspended({ LEFT: "it is being recovered" }).ready("RIGHT");
    story.look();
    expect(story.decision?.demands.restart).toBeUndefined();
  });
});

describe("a SIM that cannot be used", () => {
  function withoutSim(answered: boolean): ModemStory {
    const story = ModemStory.working();
    story.remember({ sim: "+CME ERROR: 10" });
    for (let count = 0; count < 12; count += 1) {
      if (story.steps.includes("probe")) {
        const probe = answered ? { answered, sim: "+CME ERROR: 10" } : { answered };
        story.after(1).end("probe", { ok: answered, probe });
      }
      story.after(15).look();
    }
    return story;
  }

  test("is why smsd gets nowhere, as long as the modem answers: nothing is reset", () => {
    const story = withoutSim(true);
    expect(story.findings).toEqual(expect.arrayContaining(["sim-missing", "no-progress"]));
    expect(story.said).toEqual([]);
  });

  test("ends a recovery that had begun before anybody asked it", () => {
    const story = ModemStory.working();
    errors(story);
    story.after(1).look();
    expect(story.said).toContain("recovery-begun");
    const at = story.now;
    story.remember({ sim: "SIM PIN", lastFullProbeAt: at, probe: { at, answered: true, detail: "" } });
    story.after(1).look();
    expect(story.said).toContain("recovery-given-up");
    expect(story.steps).toEqual([]);
  });

  test("is no excuse for a modem that does not answer", () => {
    expect(withoutSim(false).said).toContain("recovery-begun");
  });
});

test("a message that cannot be set aside does not hold the recovery up", () => {
  const story = ModemStory.working(oneModem({ rungs: ["usb-reset"] }));
  story.remember({ suspect: { file: "m1", crashes: 1, at: story.now - 100_000 } });
  story.seen.smsd = { ...story.seen.smsd, inFlight: { SIM7600: "m1" } };
  story.log({ readyAt: story.now - 200_000 });
  errors(story);
  story.after(1).smsd(false).look();
  expect(story.steps).toEqual(["set-aside"]);
  story.after(1).end("set-aside", { ok: false, detail: "read-only" }).look();
  expect(story.said).toContain("message-not-set-aside");
  expect(story.steps).toEqual(["usb-reset"]);
});
