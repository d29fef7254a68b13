import { describe, expect, test } from "vitest";
import { ANSWERS, broken, carriedOut, phase, probed, resumed, SILENT, silentSmsd, stopped } from "./ladder-story.ts";
import { ModemStory, oneModem } from "./modem-story.ts";

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

  test("that lasts until the modem works: the next climb is not its end", () => {
    const story = broken(["usb-reset", "usb-authorize"]);
    stopped(story);
    story.after(1).end("usb-reset", { ok: false, detail: "refused" }).look();
    story.after(40).look();
    story.after(1).end("usb-authorize", { ok: false, detail: "refused" }).look();
    expect(story.said.at(-1)).toBe("recovery-failed");
    expect(story.findings).toContain("recovery-failed");
    story.after(1).smsd(true).look();
    expect(story.findings).toContain("recovery-failed");
    story
      .after(60)
      .log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) })
      .look();
    expect(phase(story)).toBe("isolate");
    expect(story.findings).toContain("recovery-failed");
    stopped(story);
    probed(story, SILENT);
    carriedOut(story, "usb-reset");
    probed(story, ANSWERS);
    expect(story.findings).toContain("recovery-failed");
    resumed(story);
    expect(story.said.at(-1)).toBe("recovery-succeeded");
    expect(story.findings).not.toContain("recovery-failed");
  });

  test("a modem that works by itself after a climb in vain has not failed any more", () => {
    const story = broken(["usb-reset"]);
    stopped(story);
    story.after(1).end("usb-reset", { ok: false, detail: "refused" }).look();
    story.after(1).smsd(true).look();
    story.after(35).ready().look();
    expect(story.findings).not.toContain("recovery-failed");
    story.after(300).ready().look();
    expect(story.findings).not.toContain("recovery-failed");
  });
});
