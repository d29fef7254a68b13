import { describe, expect, test } from "vitest";
import type { AgentStep } from "../../../../agent/model/step.ts";
import { ANSWERS, broken, carriedOut, probed, resumed, stopped } from "./ladder-story.ts";
import { ModemStory, oneModem, twoModems } from "./modem-story.ts";

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

  test("the rung helps, smsd sends the message again and the modem hangs again: that is the second time, not the rung's fault", () => {
    const story = ModemStory.working(oneModem({ rungs: ["usb-reset"] }));
    flying(story, "m1");
    story.log({ readyAt: story.now - 200_000, ioErrors: [2, 1, 0].map((s) => story.now - s * 1000) }).look();
    expect(story.modem().suspect).toMatchObject({ file: "m1", crashes: 1 });
    flying(story, undefined);
    stopped(story);
    carriedOut(story, "usb-reset");
    story.after(31).look();
    probed(story, ANSWERS);
    story.after(1).smsd(true).look();
    flying(story, "m1");
    story.after(31).look();
    expect(story.said).toContain("message-suspected");
    expect(story.said).not.toContain("rung-failed");
    flying(story, undefined);
    stopped(story);
    expect(story.decision?.steps[0]?.step).toMatchObject({ do: "set-aside", file: "m1" });
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
