import { describe, expect, test } from "vitest";
import { ModemStory } from "./modem-story.ts";

describe("a refused PIN", () => {
  function refused(story: ModemStory): ModemStory {
    story.log({ pinRefused: { at: story.now, text: "Modem did not accept this PIN" } }).look();
    return story;
  }

  function withPin(digest: string): ModemStory {
    const story = ModemStory.working();
    story.seen.configuration = { ...story.seen.configuration, pins: { SIM7600: digest } };
    return story;
  }

  test("smsd leaves the modem alone and is not restarted for it", () => {
    const story = refused(withPin("old"));
    story.log({ dead: { at: story.now, text: "terminated" } }).look();
    expect(story.decision?.demands).toEqual({ suspend: { SIM7600: "its PIN was refused" }, pinRefused: ["SIM7600"] });
    expect(story.findings).toEqual(["pin-refused"]);
  });

  test("for as long as that PIN is configured, over smsd's and the agent's restarts", () => {
    const story = refused(withPin("old"));
    story.after(5).smsd(true).restartAgent().look();
    expect(story.decision?.demands.pinRefused).toEqual(["SIM7600"]);
    story.after(86_400).look();
    expect(story.decision?.demands.pinRefused).toEqual(["SIM7600"]);
  });

  test("another one is tried, though smsd's log still shows the refusal of the old", () => {
    const story = refused(withPin("old"));
    story.seen.configuration = { ...story.seen.configuration, pins: { SIM7600: "new" } };
    story.after(5).look();
    expect(story.decision?.demands.pinRefused).toEqual([]);
    expect(story.findings).not.toContain("pin-refused");
  });

  test("and is refused by its own line", () => {
    const story = refused(withPin("old"));
    story.seen.configuration = { ...story.seen.configuration, pins: { SIM7600: "new" } };
    story.after(30).smsd(true).look();
    refused(story.after(5));
    expect(story.modem().refusedPin).toBe("new");
    expect(story.decision?.demands.pinRefused).toEqual(["SIM7600"]);
  });

  test("an answer of the modem to a new smsd shows that its PIN is right after all", () => {
    const story = refused(withPin("old"));
    story.after(5).smsd(true).look();
    story.after(2).ready().look();
    expect(story.decision?.demands.pinRefused).toEqual([]);
  });

  test("nothing is reset for it", () => {
    const story = refused(withPin("old"));
    for (let count = 0; count < 20; count += 1) {
      story.after(60).look();
      expect(story.steps).toEqual([]);
    }
  });
});

test("an smsd that is about to be restarted with a corrected inventory is not restarted with the old one", () => {
  const restartFor = (restartsSmsd: boolean) => {
    const story = ModemStory.working();
    story.seen.configuration = { ...story.seen.configuration, state: "differs", restartsSmsd };
    story.log({ dead: { at: story.now, text: "terminated" } }).look();
    return story.decision?.demands.restart?.code;
  };
  expect([restartFor(true), restartFor(false)]).toEqual([undefined, "smsd-lost-modem"]);
});
