import { expect, test } from "vitest";
import { ModemStory } from "./modem-story.ts";

const AT = "/dev/ttyUSB_SIM7600_AT";

function withoutLinks(): ModemStory {
  const story = ModemStory.working();
  story.seen.links = {};
  story.after(1).ready().look();
  return story;
}

test("udev has two seconds before a missing link is a finding, and then is asked once", () => {
  const story = withoutLinks();
  expect([story.steps, story.findings]).toEqual([[], []]);
  story.after(2).ready().look();
  expect(story.steps).toEqual(["trigger-udev"]);
  expect(story.findings).toEqual(["link-missing"]);
  expect(story.decision?.steps[0]?.step).toEqual({ do: "trigger-udev", devices: ["1-1"] });
  story.after(1).ready().look();
  expect(story.steps).toEqual([]);
});

test("what udev does not make within three seconds after it settled is written, one link after the other", () => {
  const story = withoutLinks();
  story.after(2).ready().look();
  story.after(10).ready().end("trigger-udev").look();
  expect(story.steps).toEqual([]);
  story.after(2.9).ready().look();
  expect(story.steps).toEqual([]);
  story.after(0.1).ready().look();
  expect(story.decision?.steps[0]?.step).toMatchObject({ do: "write-link", path: "/dev/ttyUSB_SIM7600_DIAG" });
  story.after(0.1).end("write-link", { ok: false, detail: "read-only" }).ready().look();
  expect(story.decision?.steps[0]?.step).toMatchObject({ do: "write-link", path: "/dev/ttyUSB_SIM7600_NMEA" });
  expect(story.said).toContain("link-not-written");
});

test("a link to another terminal is wrong, and its evidence says so", () => {
  const story = ModemStory.working();
  story.seen.links = { ...story.seen.links, [AT]: "ttyUSB7" };
  story.after(1).ready().look();
  story.after(2).ready().look();
  const [finding] = story.decision?.findings ?? [];
  expect(finding?.evidence).toEqual([`${AT}: ttyUSB7, wanted ttyUSB2`]);
});

test("a link that is right again ends the matter, and the next one that goes is asked for anew", () => {
  const story = withoutLinks();
  story.after(2).ready().look();
  story.after(1).end("trigger-udev").ready().link().look();
  expect(story.findings).toEqual([]);
  story.seen.links = {};
  story.after(1).ready().look();
  story.after(2).ready().look();
  expect(story.steps).toEqual(["trigger-udev"]);
});

test("nothing is repaired beside a person's command", () => {
  const story = withoutLinks();
  story.seen.operator = { pid: 7, process: "provision", user: "root", since: 0 };
  story.after(2).ready().look();
  expect([story.steps, story.findings]).toEqual([[], ["link-missing"]]);
});

test("links of a modem without terminals are nobody's fault", () => {
  const story = new ModemStory().smsd(true);
  story.plug("1", 0, { interfaces: [0, 1, 2, 3, 4].map((number) => ({ number, class: "ff/00/00" })) });
  story.look();
  story.after(5).look();
  expect([story.steps, story.findings]).toEqual([[], []]);
});
