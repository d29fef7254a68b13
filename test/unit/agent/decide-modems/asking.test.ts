import { describe, expect, test } from "vitest";
import type { ProbeResult } from "../../../../agent/model/step.ts";
import { sampleModel } from "../../../helpers/sample-inventory.ts";
import { ModemStory, oneModem } from "./modem-story.ts";

const HOLDER = { pid: 9, process: "minicom", user: "root", since: 0 };

describe("which port is asked, and when", () => {
  test("while smsd gets its answers, only the full probe each five minutes, on the second port", () => {
    const story = ModemStory.working();
    story.after(299).ready().look();
    expect(story.steps).toEqual([]);
    story.after(1).ready().look();
    expect(story.decision?.steps).toMatchObject([
      { subject: "modem:SIM7600", step: { do: "probe", via: "second", tty: "ttyUSB3", full: true } },
    ]);
  });

  test("a modem on which smsd falls silent for 15 s is asked: it may hang", () => {
    const story = ModemStory.working();
    story.after(100).ready().look();
    story.after(14).look();
    expect(story.steps).toEqual([]);
    expect(story.decision?.wakeAt).toBe(story.now + 1_000);
    story.after(1).look();
    expect(story.decision?.steps).toMatchObject([{ step: { do: "probe", via: "second", full: false } }]);
  });

  test("where smsd gets none, each interval, and everything at once", () => {
    const story = ModemStory.working();
    story.after(60).look();
    expect(story.decision?.steps[0]?.step).toMatchObject({ do: "probe", via: "second", full: true });
    story
      .after(5)
      .end("probe", { ok: false, probe: { answered: false } })
      .look();
    story.after(14).look();
    expect(story.steps).toEqual([]);
    story.after(1).look();
    expect(story.steps).toEqual(["probe"]);
  });

  test("not while somebody else has the second port, holds the access lock, or works on the host", () => {
    const quiet = (change: (story: ModemStory) => void) => {
      const story = ModemStory.working();
      change(story);
      story.after(300).ready().look();
      return story.steps;
    };
    expect(quiet(({ seen }) => Object.assign(seen, { holders: { ttyUSB3: [HOLDER] } }))).toEqual([]);
    expect(quiet(({ seen }) => Object.assign(seen, { lockHolder: HOLDER }))).toEqual([]);
    expect(quiet(({ seen }) => Object.assign(seen, { operator: HOLDER }))).toEqual([]);
    expect(quiet(() => {})).toEqual(["probe"]);
  });

  test("never the AT port under smsd, whatever else there is", () => {
    const story = ModemStory.working();
    story.seen.holders = { ttyUSB3: [HOLDER] };
    for (let count = 0; count < 6; count += 1) {
      story.after(60).ready().look();
      expect(story.steps).toEqual([]);
    }
  });

  test("the AT port where smsd is down and its next start is some time ahead", () => {
    const story = ModemStory.working();
    story.seen.holders = { ttyUSB3: [HOLDER] };
    story.smsd(false).after(300).look();
    expect(story.steps).toEqual([]);
    story.memory = { ...story.memory, smsd: { ...story.memory.smsd, notBefore: story.now + 60_000 } };
    story.look();
    expect(story.decision?.steps[0]?.step).toMatchObject({ do: "probe", via: "at", tty: "ttyUSB2" });
  });

  test("not in the first seconds after it appeared", () => {
    const story = ModemStory.working();
    story.plug("1", 5).look();
    story.after(4.9).look();
    expect(story.steps).toEqual([]);
  });

  test("a probe that somebody's lock kept from asking says nothing, and is not tried again at once", () => {
    const story = ModemStory.working();
    story.after(300).ready().look();
    story.after(20).end("probe", { ok: false, detail: "the access lock is held" }).ready().look();
    expect([story.steps, story.modem().probe]).toEqual([[], undefined]);
    story.after(15).ready().look();
    expect(story.steps).toEqual(["probe"]);
  });

  test("an answer from before it was plugged in anew is none of this modem's", () => {
    const story = ModemStory.working();
    story.after(300).ready().look();
    story.after(0.5).plug("1", 5).look();
    story
      .after(1)
      .end("probe", { probe: { answered: true, sim: "SIM PUK" } })
      .look();
    expect(story.modem()).not.toHaveProperty("sim");
  });
});

describe("what is learned", () => {
  function learned(story: ModemStory, probe: Omit<ProbeResult, "answered">): ModemStory {
    story.after(300).ready().look();
    return (
      story
        .after(1)
        .end("probe", { probe: { answered: true, ...probe } })
        .ready()
        .look() && story
    );
  }

  test("identity, SIM, network, signal and memory; what an answer lacks stays as it was known", () => {
    const story = learned(ModemStory.working(), { imei: "860000000001234", sim: "READY", registration: 1, signal: 20 });
    learned(story, { imsi: "262010000005678", registration: 5 });
    expect(story.modem()).toMatchObject({
      identity: { imei: "860000000001234", imsi: "262010000005678" },
      sim: "READY",
      signal: 20,
      registration: { status: 5 },
    });
    expect(story.said).toEqual([]);
  });

  test("going from one network state to another of the same worth does not begin anew", () => {
    const story = learned(ModemStory.working(), { registration: 2 });
    const since = story.modem().registration?.since;
    learned(story, { registration: 0 });
    expect(story.modem().registration).toEqual({ status: 0, since });
    expect(story.findings).toEqual(["not-registered"]);
    learned(story, { registration: 6 });
    expect(story.findings).toEqual([]);
  });

  test("another modem, another SIM: told with the last four digits, and no more", () => {
    const story = learned(ModemStory.working(), { imei: "860000000001234", imsi: "262010000005678" });
    story.after(300).ready().look();
    const probe = { answered: true, imei: "860000000009999", imsi: "262010000000000" };
    story.after(1).end("probe", { probe }).ready().look();
    const told = story.decision?.transitions ?? [];
    expect(told.map(({ code, notify }) => [code, notify])).toEqual([
      ["modem-exchanged", true],
      ["sim-exchanged", true],
    ]);
    expect(told[0]?.sentence).toContain("ends in 9999, was 1234");
    expect(JSON.stringify(told)).not.toMatch(/\d{5}/);
  });

  test("a modem that is not the one that the inventory names", () => {
    const inventory = oneModem();
    const modems = inventory.modems.map((modem) => ({ ...modem, match: { imei: "860000000001234" } }));
    const story = learned(ModemStory.working({ ...inventory, modems }), { imei: "860000000009999" });
    expect(story.decision?.findings).toMatchObject([{ code: "wrong-modem" }]);
    expect(JSON.stringify(story.decision?.findings)).not.toMatch(/\d{5}/);
  });

  test("what was found long ago, or of a modem plugged in anew since, is no finding", () => {
    const story = learned(ModemStory.working(), { sim: "SIM PUK" });
    expect(story.findings).toEqual(["sim-puk"]);
    story.seen.holders = { ttyUSB3: [HOLDER] };
    story.after(900).ready().look();
    expect(story.findings).toEqual([]);
  });
});

describe("listening for announcements", () => {
  test("on the second port of a modem that smsd talks to", () => {
    const story = ModemStory.working();
    expect(story.decision?.listen).toEqual([
      { modem: "SIM7600", tty: "ttyUSB3", setup: ["AT+CATR=3", "AT+CNMI=2,1,0,0,0"] },
    ]);
  });

  test.each<readonly [string, (story: ModemStory) => void]>([
    ["somebody else has the port", ({ seen }) => Object.assign(seen, { holders: { ttyUSB3: [HOLDER] } })],
    ["it is suspended", (story) => story.suspended({ ALL: "the disk is full" })],
    ["it has just returned", (story) => story.plug("1", 5)],
    ["it is gone", (story) => story.unplug()],
    ["it is being recovered", (story) => story.log({ ioErrors: [2, 1, 0].map((s) => story.now - s * 1000) })],
    [
      "a person stopped smsd",
      (story) => {
        story.smsd(false);
        story.seen.flag = { kind: "file", owner: "root", modifiedAt: story.wall, content: "" };
      },
    ],
  ])("not while %s", (_, change) => {
    const story = ModemStory.working();
    change(story);
    story.look();
    expect(story.decision?.listen).toEqual([]);
  });

  test("not where the model has no way to announce there", () => {
    const inventory = oneModem();
    const at = { ...sampleModel().at, second: "VOICE" };
    const modems = inventory.modems.map((modem) => ({ ...modem, model: sampleModel({ at }) }));
    expect(ModemStory.working({ ...inventory, modems }).decision?.listen).toEqual([]);
  });
});
