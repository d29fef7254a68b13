import fc from "fast-check";
import { expect, test } from "vitest";
import type { Finding } from "../../../../agent/model/finding.ts";
import { event, finding, MINUTES, NoticeStory, sinkRules } from "./notice-story.ts";

const LIMIT = 4;
const SINKS = [
  sinkRules({ name: "all", minimum: "info", mostPerHour: 10_000 }),
  sinkRules({ name: "few", mostPerHour: LIMIT }),
  sinkRules({ name: "night", minimum: "critical" }),
];

const level = fc.constantFrom("info", "warning", "critical");
const one: fc.Arbitrary<Finding> = fc
  .record({ code: fc.constantFrom("a", "b", "c"), level, notify: fc.boolean() })
  .map((change) => finding({ ...change, sentence: `Fault ${change.code}.` }));
const steps = fc.array(
  fc.record({
    seconds: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 3000 })),
    jump: fc.constantFrom(0, 0, 0, 86_400, -86_400),
    reboot: fc.constantFrom(false, false, false, false, true),
    findings: fc.uniqueArray(one, { selector: ({ code }) => code, maxLength: 3 }),
    events: fc.array(fc.record({ code: fc.constantFrom("x", "y"), level }).map(event), { maxLength: 2 }),
  }),
  { maxLength: 40 },
);
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;

function played(all: Steps): NoticeStory {
  const story = new NoticeStory(SINKS);
  for (const { seconds, jump, reboot, findings, events } of all) {
    story.jump += jump;
    if (reboot) story.reboot();
    story.after(seconds).pass(findings, events);
  }
  return story;
}

/** All is well for long enough that everything has been told. */
function calmed(story: NoticeStory): NoticeStory {
  for (let minute = 0; minute < 26 * 60; minute += 10) story.after(10 * MINUTES).pass([]);
  return story;
}

test("whoever hears that something began hears that it is over, and of no end without its beginning", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const story = calmed(played(all));
      for (const { name } of SINKS) {
        const open = new Set<string>();
        for (const { notice, sinks } of story.all) {
          if (!sinks.includes(name)) continue;
          if (notice.phase === "begun") open.add(notice.code);
          if (notice.phase === "over") expect(open.delete(notice.code)).toBe(true);
        }
        expect([...open]).toEqual([]);
      }
    }),
  );
});

test("after a calm day nothing is remembered", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { memory } = calmed(played(all));
      expect([memory.topics, memory.budgets]).toEqual([{}, {}]);
    }),
  );
});

test("every id is used once, they are in order, and no other character than a file name may have stands in them", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const ids = played(all).all.map(({ notice }) => notice.id);
      expect(new Set(ids).size).toBe(ids.length);
      const numbers = ids.map((id) => Number(/^[a-z0-9]+-(\d+)$/.exec(id)?.[1]));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }),
  );
});

test("no more than the limit within an hour, but for what is critical, the ends, and what was held back", () => {
  fc.assert(
    fc.property(steps, (all) => {
      // Counting begins anew with a boot.
      const story = played(all.map((step) => ({ ...step, jump: 0, reboot: false })));
      const limited = story.all.filter(
        ({ notice: { level: grave, phase, code }, sinks }) =>
          sinks.includes("few") && grave !== "critical" && phase !== "over" && code !== "notices-held-back",
      );
      const times = limited.map(({ notice }) => Date.parse(notice.at));
      for (const time of times) {
        expect(times.filter((other) => other > time - 3_600_000 && other <= time).length).toBeLessThanOrEqual(LIMIT);
      }
    }),
  );
});

test("what is told to somebody has reached everybody who wants it, or is summed up for them", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const story = calmed(played(all));
      const wanted = story.all.filter(
        ({ notice: { level: grave, phase }, sinks }) =>
          sinks.includes("all") && phase !== "over" && grave === "warning",
      );
      const codes = new Set(wanted.map(({ notice }) => notice.code));
      const few = story.all.filter(({ sinks }) => sinks.includes("few")).map(({ notice }) => notice);
      const summaries = few.filter(({ code }) => code === "notices-held-back").map(({ sentence }) => sentence);
      for (const code of codes) {
        const direct = few.some((notice) => notice.code === code);
        expect(direct || summaries.some((sentence) => new RegExp(`\\b${code}\\b`).test(sentence))).toBe(true);
      }
    }),
  );
});
