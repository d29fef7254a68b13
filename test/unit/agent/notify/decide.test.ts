import { describe, expect, test } from "vitest";
import { event, finding, MINUTES, NoticeStory, sinkRules, WALL } from "./notice-story.ts";

describe("what lasts", () => {
  test("is told when it begins and when it is over, and not in between", () => {
    const story = new NoticeStory();
    story.pass([finding({ fix: "Start it.", evidence: ["no process"] })]);
    expect(story.notices).toEqual([
      {
        id: `${WALL.toString(36)}-1`,
        level: "critical",
        host: "gw1",
        subject: "smsd",
        code: "smsd-down",
        phase: "begun",
        sentence: "It is down.",
        since: "2030-01-17T19:44:00.000Z",
        at: "2030-01-17T19:44:00.000Z",
        count: 1,
        fix: "Start it.",
        evidence: ["no process"],
      },
    ]);
    expect(story.after(60).pass([finding()]).said).toEqual([]);
    story.after(660).pass([]);
    expect(story.said).toEqual(["over smsd-down: Over after 12 min: It is down."]);
    expect(story.notices[0]).toMatchObject({ level: "critical", since: "2030-01-17T19:44:00.000Z", count: 1 });
    expect(story.after(60).pass([]).said).toEqual([]);
  });

  test("a modem's has its name", () => {
    const story = new NoticeStory().pass([finding({ subject: "modem:GATE-2", code: "not-registered" })]);
    expect(story.notices).toMatchObject([{ subject: "modem:GATE-2", modem: "GATE-2" }]);
  });

  test("what is for the log only is not told, and neither is its end", () => {
    const story = new NoticeStory()
      .pass([finding({ notify: false })])
      .after(60)
      .pass([]);
    expect(story.all).toEqual([]);
  });

  test("what is to be told only later is told then, with its beginning; its end is told though it is not to be told any more", () => {
    const story = new NoticeStory()
      .pass([finding({ notify: false })])
      .after(600)
      .pass([finding()]);
    expect(story.notices).toMatchObject([{ phase: "begun", since: "2030-01-17T19:44:00.000Z" }]);
    expect(story.after(60).pass([finding({ notify: false })]).said).toEqual([]);
    expect(story.after(60).pass([]).said).toEqual(["over smsd-down: Over after 12 min: It is down."]);
  });

  test("it is told again when it becomes graver, and not when it becomes less so", () => {
    const story = new NoticeStory()
      .pass([finding({ level: "warning" })])
      .after(60)
      .pass([finding()]);
    expect(story.notices).toMatchObject([{ phase: "begun", level: "critical" }]);
    expect(story.after(60).pass([finding({ level: "warning" })]).said).toEqual([]);
    expect(story.after(60).pass([finding()]).said).toEqual([]);
    expect(story.after(60).pass([]).notices).toMatchObject([{ phase: "over", level: "critical" }]);
  });

  test("durations are those of the clock that does not jump", () => {
    const story = new NoticeStory().pass([finding()]);
    story.jump = 50 * 365 * 86_400;
    story.after(90).pass([]);
    expect(story.said).toEqual(["over smsd-down: Over after 90 s: It is down."]);
    const { at, since } = story.notices[0] ?? { at: "", since: "" };
    expect(Date.parse(at) - Date.parse(since)).toBe(90_000);
    story.after(60).pass([finding()]);
    story.jump = 0;
    expect(story.after(60).pass([]).said).toEqual(["over smsd-down: Over after 60 s: It is down."]);
  });

  test("a reboot in between: told by the wall clock, which is all there is", () => {
    const story = new NoticeStory().pass([finding()]).after(1800).reboot().pass([finding()]).after(1800).pass([]);
    expect(story.said).toEqual(["over smsd-down: Over after 60 min: It is down."]);
    expect(story.all).toHaveLength(2);
  });
});

describe("who hears", () => {
  test("each sink from its own level on; the end whoever heard of the beginning", () => {
    const story = new NoticeStory([
      sinkRules({ name: "all", minimum: "info" }),
      sinkRules(),
      sinkRules({ name: "night", minimum: "critical" }),
    ]);
    story.pass([finding({ level: "info" }), finding({ level: "warning", subject: "host" })]).after(60);
    story
      .pass([finding({ level: "warning" }), finding({ level: "critical", subject: "host" })])
      .after(60)
      .pass([]);
    const sinks = story.all.map(({ notice, sinks }) => `${notice.phase} ${notice.subject}: ${sinks.join(" ")}`);
    expect(sinks).toEqual([
      "begun smsd: all",
      "begun host: all ops",
      "begun smsd: all ops",
      "begun host: all ops night",
      "over smsd: all ops",
      "over host: all ops night",
    ]);
  });

  test.each([
    ["none", []],
    ["info", []],
    ["warning", ["warning"]],
    ["critical", ["critical"]],
  ] as const)("the inventory's level for a code: %s", (level, told) => {
    const story = new NoticeStory([sinkRules()], { "signal-weak": level, "sim-exchanged": level });
    story.pass([finding({ code: "signal-weak", level: "info", notify: false })]);
    expect(story.notices.map((notice) => notice.level)).toEqual(told);
    expect(story.pass([], [event({ notify: false })]).notices.filter(({ phase }) => phase === "done")).toHaveLength(
      told.length,
    );
  });

  test("codes that a sink must not hear of", () => {
    const story = new NoticeStory([sinkRules({ never: new Set(["outgoing-stuck"]) }), sinkRules({ name: "other" })]);
    story.pass([finding({ code: "outgoing-stuck" })]);
    expect(story.all.map(({ sinks }) => sinks)).toEqual([["other"]]);
  });

  test("a sink that is kept up to date otherwise hears only of what was done", () => {
    const story = new NoticeStory([sinkRules({ lasting: false })]).pass([finding()], [event()]).after(60).pass([]);
    expect(story.heard()).toEqual(["done sim-exchanged"]);
  });

  test("nobody is listening: nothing is told, and nothing is remembered of it", () => {
    const story = new NoticeStory([]).pass([finding()], [event()]);
    expect([story.all, story.memory.topics]).toEqual([[], {}]);
    story.rules = { ...story.rules, sinks: [sinkRules()] };
    expect(story.after(60).pass([finding()]).notices).toMatchObject([{ since: "2030-01-17T19:44:00.000Z" }]);
  });

  test("who wants to hear of nothing is remembered nothing of for long", () => {
    const story = new NoticeStory([sinkRules({ minimum: "critical" })]);
    story
      .pass([finding({ level: "info" })], [event()])
      .after(60)
      .pass([])
      .after(3600)
      .pass([]);
    expect([story.all, story.memory.topics]).toEqual([[], {}]);
  });
});

describe("the post-mortem's table", () => {
  const stopped = (level: "info" | "warning" | "critical") =>
    finding({ code: "manual-stop", level, notify: level !== "info", sentence: "root stopped smsd on purpose." });

  test("a flag: log only, then a warning, then it is cleared and that is critical", () => {
    const story = new NoticeStory()
      .pass([stopped("info")])
      .after(600)
      .pass([stopped("warning")])
      .after(1200);
    story
      .pass([finding({ code: "flag-expired", sentence: "The flag no longer counts." })])
      .after(1)
      .pass([]);
    expect(story.all.map(({ notice: { level, phase, code } }) => `${level} ${phase} ${code}`)).toEqual([
      "warning begun manual-stop",
      "warning over manual-stop",
      "critical begun flag-expired",
      "critical over flag-expired",
    ]);
  });
});

describe("what is done once", () => {
  test("is told once", () => {
    const story = new NoticeStory().pass([], [event()]);
    expect(story.said).toEqual(["done sim-exchanged: It is another SIM."]);
    expect(story.after(60).pass([]).said).toEqual([]);
  });

  test("who heard that a recovery began hears how it came out, whatever that one's level", () => {
    const begun = event({ code: "recovery-begun" });
    const succeeded = event({ code: "recovery-succeeded", level: "info" });
    const sinks = [sinkRules(), sinkRules({ name: "night", minimum: "critical" })];
    const story = new NoticeStory(sinks).pass([], [begun]).after(60).pass([], [succeeded]);
    expect([story.heard(), story.heard("night")]).toEqual([["done recovery-begun", "done recovery-succeeded"], []]);
    expect(story.after(60).pass([], [succeeded]).said).toEqual([]);
  });

  test("what lasts under the same code has been told as that", () => {
    const failed = { code: "recovery-failed", subject: "modem:SIM7600" } as const;
    const story = new NoticeStory().pass([finding(failed)], [event({ ...failed, level: "critical" })]);
    expect(story.heard()).toEqual(["begun recovery-failed"]);
  });

  test("again and again: three are told, the fourth says that more are only counted, and then their number", () => {
    const story = new NoticeStory();
    for (let time = 0; time < 9; time += 1) story.pass([], [event()]).after(MINUTES);
    expect(story.all.map(({ notice: { count } }) => count)).toEqual([1, 2, 3, 4]);
    expect(story.all.at(-1)?.notice.sentence).toContain("4 times within an hour");
    story.after(15 * MINUTES).pass([]);
    expect(story.said).toEqual(["done sim-exchanged: 5 more times within 5 min: It is another SIM."]);
    expect(story.after(60 * MINUTES).pass([]).memory.topics).toEqual({});
  });
});

describe("what comes and goes", () => {
  test("three times it is told; then once that it comes and goes; then when it is quiet", () => {
    const story = new NoticeStory();
    for (let time = 0; time < 8; time += 1) story.flap();
    expect(story.heard()).toEqual(
      [...Array(3)].flatMap(() => ["begun smsd-down", "over smsd-down"]).concat("begun smsd-down"),
    );
    expect(story.all.at(-1)?.notice).toMatchObject({ count: 4 });
    expect(story.all.at(-1)?.notice.sentence).toContain("Comes and goes, 4 times within an hour");
    expect(story.after(14 * MINUTES).pass([]).said).toEqual([]);
    expect(story.after(2 * MINUTES).pass([]).said).toEqual([
      "over smsd-down: Over, after it came and went 4 more times: It is down.",
    ]);
    expect(story.after(3600).pass([]).memory.topics).toEqual({});
  });

  test("that goes on: once an hour with its number", () => {
    const story = new NoticeStory();
    for (let time = 0; time < 3 * 60; time += 1) story.flap();
    const told = story.all.map(({ notice }) => notice);
    expect(told).toHaveLength(3 * 2 + 1 + 2);
    expect(told.at(-1)?.sentence).toMatch(/^Still comes and goes, 60 more times within 60 min/);
    expect(told.at(-1)?.count).toBe(60);
  });

  test("it stays: that is told, and so is its end", () => {
    const story = new NoticeStory();
    for (let time = 0; time < 5; time += 1) story.flap();
    story
      .pass([finding()])
      .after(15 * MINUTES)
      .pass([finding()]);
    expect(story.said).toEqual(["begun smsd-down: Lasts now, after it came and went 2 more times: It is down."]);
    expect(story.after(60 * MINUTES).pass([finding()]).said).toEqual([]);
    expect(story.pass([]).said).toEqual(["over smsd-down: Over after 75 min: It is down."]);
  });

  test("it becomes graver meanwhile: that is told at once", () => {
    const story = new NoticeStory([sinkRules({ name: "night", minimum: "critical" }), sinkRules()]);
    for (let time = 0; time < 5; time += 1) story.flap(finding({ level: "warning" }));
    story.pass([finding()]);
    expect(story.heard("night")).toEqual(["begun smsd-down"]);
    story
      .pass([])
      .after(20 * MINUTES)
      .pass([]);
    expect(story.heard("night")).toEqual(["begun smsd-down", "over smsd-down"]);
  });

  test("slowly is no coming and going", () => {
    const story = new NoticeStory();
    for (let time = 0; time < 6; time += 1) story.flap().after(20 * MINUTES);
    expect(story.all).toHaveLength(12);
  });
});

describe("the limit of a sink", () => {
  const many = (count: number, level: "warning" | "critical" = "warning") =>
    [...Array(count).keys()].map((number) => finding({ code: `fault-${number}`, level, sentence: `Fault ${number}.` }));

  test("what is over it is summed up an hour later; what is critical passes; another sink has its own", () => {
    const story = new NoticeStory([sinkRules({ mostPerHour: 3 }), sinkRules({ name: "other" })]);
    story.pass([...many(5), finding()]);
    expect(story.heard()).toEqual(["begun fault-0", "begun fault-1", "begun fault-2", "begun smsd-down"]);
    expect(story.heard("other")).toHaveLength(6);
    expect(story.after(30 * MINUTES).pass([...many(5), finding()]).said).toEqual([]);
    story.after(30 * MINUTES).pass([...many(5), finding()]);
    expect(story.said).toEqual([
      "done notices-held-back: 2 more notices were held back, since 3 within an hour are enough: fault-3, fault-4.",
    ]);
    expect(story.all.at(-1)).toMatchObject({ sinks: ["ops"], notice: { level: "warning", count: 2 } });
  });

  test("the end of what was told passes it; the end of what was held back is not told", () => {
    const story = new NoticeStory([sinkRules({ mostPerHour: 2 })]).pass(many(4)).after(60).pass([]);
    expect(story.heard()).toEqual(["begun fault-0", "begun fault-1", "over fault-0", "over fault-1"]);
  });

  test("while something is held back, what comes later does not overtake it", () => {
    const story = new NoticeStory([sinkRules({ mostPerHour: 2 })]).pass(many(3)).after(59 * MINUTES);
    story.pass([...many(3), finding({ code: "later", level: "warning" })]).after(2 * MINUTES);
    expect(story.pass(many(3)).said).toEqual([expect.stringContaining("fault-2, later")]);
  });
});
