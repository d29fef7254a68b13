import { expect, test } from "vitest";
import type { StopFlag } from "../../../../core/manual-stop.ts";
import { sampleInventory } from "../../../helpers/sample-inventory.ts";
import { at, codes, down, ended, flag, running, seen, steps, story, UPTIME, WALL } from "./story.ts";

const MINUTE = 60;
const HOUR = 3600;
const CLEAR = { do: "clear-flag", path: "/tmp/smsd_manual_stop" } as const;

/** The agent saw smsd run, saw the flag appear, saw smsd go. */
function stoppedAt0(content = "") {
  const told = story();
  told.look(seen(), at(-10));
  told.look(seen({ flag: flag(0, { content }) }), at(0.5));
  const stopped = seen({ smsd: down("inactive"), flag: flag(0, { content }) });
  return { stopped, look: (seconds: number, jump = 0) => told.look(stopped, at(seconds, jump)) };
}

/*
 * The alert table of the post-mortem of 17 January, row by row.
 */
test.each<[row: string, minutes: number, level: string, notify: boolean]>([
  ["Flag exists < 10 min | INFO | Log only", 1, "info", false],
  ["Flag exists < 10 min | INFO | Log only", 9.9, "info", false],
  ["Flag exists 10-30 min | WARNING | Send notification", 10, "warning", true],
  ["Flag exists 10-30 min | WARNING | Send notification", 29.9, "warning", true],
])("%s (at %d min)", (_row, minutes, level, notify) => {
  const told = story();
  const stopped = seen({ smsd: down("inactive"), flag: flag(0) });
  const first = told.look(stopped, at(1));
  const look = told.look(stopped, at(minutes * MINUTE));
  expect([...first.steps, ...look.steps]).toEqual([]);
  expect(look.findings).toMatchObject([{ code: "manual-stop", level, notify }]);
  const begun = [...first.told, ...look.told].filter(({ code }) => code === "manual-stop");
  expect(begun.at(-1)).toMatchObject({ level, notify, phase: "begun" });
  // The log is told of the stop once, and once more when it becomes a warning.
  expect(begun).toHaveLength(level === "info" ? 1 : 2);
});

test("Flag exists > 30 min | CRITICAL | Auto-clear + alert", () => {
  const told = story();
  const stopped = seen({ smsd: down("inactive"), flag: flag(0) });
  told.look(seen(), at(-10));
  told.look(stopped, at(1));
  const over = told.look(stopped, at(30 * MINUTE));
  expect(over.steps).toMatchObject([{ subject: "smsd", step: CLEAR, reason: { code: "flag-expired" } }]);
  expect(over.findings).toContainEqual(
    expect.objectContaining({ code: "flag-expired", level: "critical", notify: true }),
  );

  const cleared = told.look(seen({ smsd: down("inactive"), outcomes: [ended(CLEAR, 1801)] }), at(1801));
  expect(steps(cleared)).toEqual(["start-smsd"]);
  expect(cleared.told).toContainEqual(expect.objectContaining({ code: "flag-cleared", phase: "done" }));
});

test("SMSD down + no flag | CRITICAL | Auto-restart + alert", () => {
  const told = story();
  told.look(seen(), at(0));
  const look = told.look(seen({ smsd: down() }), at(1));
  expect(look.steps).toMatchObject([{ subject: "smsd", step: { do: "start-smsd" }, reason: { code: "smsd-down" } }]);
  expect(look.told).toMatchObject([{ code: "smsd-down", level: "critical", notify: true, phase: "begun" }]);
});

test("Restart fails | CRITICAL | VPS notification + manual intervention (and it is tried again, for ever)", () => {
  const told = story();
  told.look(seen({ smsd: down() }), at(0));
  const failed = ended({ do: "start-smsd" }, 1, { ok: false, detail: "smstools.service failed: exit code 1" });
  const look = told.look(seen({ smsd: down(), outcomes: [failed] }), at(1));
  expect(look.steps).toEqual([]);
  expect(look.told).toContainEqual(
    expect.objectContaining({ code: "smsd-start-fails", level: "critical", notify: true, phase: "begun" }),
  );
  const finding = look.findings.find(({ code }) => code === "smsd-start-fails");
  expect(finding?.evidence).toEqual(["smstools.service failed: exit code 1"]);
  expect(look.wakeAt).toBe(UPTIME + 2000);
  expect(steps(told.look(seen({ smsd: down() }), at(2)))).toEqual(["start-smsd"]);
});

test.each<[string, string]>([
  ["an empty file, by touch", ""],
  ["a shell script's text", "manual stop Sat Jan 17 19:44:00 CET 2026\n"],
  ["an expiry that is none", "expire:soon\n"],
])("a legacy flag (%s) holds for half an hour", (_what, content) => {
  const { look } = stoppedAt0(content);
  expect(steps(look(29.9 * MINUTE))).toEqual([]);
  expect(steps(look(30 * MINUTE))).toEqual(["clear-flag"]);
});

test("an expiry further ahead: critical notice at 30 min, cleared at its time", () => {
  const { look } = stoppedAt0(`expire:${WALL / 1000 + HOUR}\n`);
  expect(look(29 * MINUTE).findings).toMatchObject([{ code: "manual-stop", level: "warning" }]);
  const notice = look(31 * MINUTE);
  expect(notice.steps).toEqual([]);
  expect(notice.told).toMatchObject([{ code: "manual-stop", level: "critical", notify: true, phase: "begun" }]);
  expect(steps(look(60 * MINUTE - 1))).toEqual([]);
  expect(steps(look(60 * MINUTE))).toEqual(["clear-flag"]);
});

test.each<[string, number, number]>([
  ["a year ahead is cut to four hours", 365 * 24 * HOUR, 4 * HOUR],
  ["five minutes ahead is obeyed", 5 * MINUTE, 5 * MINUTE],
])("an expiry %s", (_what, expiry, end) => {
  const { look } = stoppedAt0(`expire:${WALL / 1000 + expiry}`);
  expect(steps(look(end - 1))).toEqual([]);
  expect(steps(look(end))).toEqual(["clear-flag"]);
});

test("the outage of 17 January: a flag that smsd was started over is cleared at once, by whom ever smsd was started", () => {
  const told = story();
  told.look(seen(), at(-10));
  told.look(seen({ smsd: down("inactive"), flag: flag(0) }), at(1));
  // 19:52, the configurator: systemctl restart smstools
  const restarted = told.look(seen({ smsd: running(480), flag: flag(0) }), at(480.5));
  expect(restarted.steps).toMatchObject([{ step: CLEAR, reason: { code: "flag-leftover" } }]);
  expect(restarted.told).toContainEqual(
    expect.objectContaining({ code: "flag-leftover", level: "warning", notify: true }),
  );
  told.look(seen({ smsd: running(480), outcomes: [ended(CLEAR, 481)] }), at(481));
  // 19:53, smsd crashes
  expect(steps(told.look(seen({ smsd: down() }), at(541)))).toEqual(["start-smsd"]);
});

test("an smsd outside its unit makes a leftover just as well", () => {
  const told = story();
  told.look(seen({ smsd: down("inactive"), flag: flag(0) }), at(1));
  const strays = [{ pid: 77, startedAt: WALL + 60_000 }];
  expect(steps(told.look(seen({ smsd: down("inactive", { strays }), flag: flag(0) }), at(61)))).toEqual(["clear-flag"]);
});

test("both there at the first look: the times that they bear decide", () => {
  expect(steps(story().look(seen({ smsd: running(-60), flag: flag(-300) }), at(0)))).toEqual(["clear-flag"]);
  expect(steps(story().look(seen({ smsd: running(-300), flag: flag(-60) }), at(0)))).toEqual([]);
});

test("a flag newer than smsd is no leftover: somebody is about to stop smsd; it goes when its time is over", () => {
  const told = story();
  told.look(seen(), at(0));
  const both = seen({ flag: flag(10) });
  expect(told.look(both, at(11)).steps).toEqual([]);
  expect(told.look(both, at(20 * MINUTE)).findings).toMatchObject([{ code: "manual-stop", level: "warning" }]);
  expect(steps(told.look(both, at(31 * MINUTE)))).toEqual(["clear-flag"]);
});

test("a main process that ends before its modem's process is no new smsd: the flag stays", () => {
  const told = story();
  const main = { pid: 10, startedAt: WALL - 60_000 };
  const child = { pid: 11, startedAt: WALL - 59_900 };
  told.look(seen({ smsd: running(0, { processes: [main, child] }) }), at(0));
  told.look(seen({ smsd: running(0, { processes: [main, child] }), flag: flag(1) }), at(1.5));
  const ending = seen({ smsd: running(0, { unit: "deactivating", processes: [child] }), flag: flag(1) });
  expect(told.look(ending, at(2)).steps).toEqual([]);
  expect(told.look(seen({ smsd: down("inactive"), flag: flag(1) }), at(3)).steps).toEqual([]);
});

test("a leftover does not wait for a long step on smsd", () => {
  const told = story();
  told.look(seen({ smsd: down("inactive"), flag: flag(0) }), at(1));
  const busy = { smsd: running(60), flag: flag(0) };
  const look = told.look(seen({ ...busy, running: [{ subject: "smsd", since: UPTIME }] }), at(61));
  expect(look.steps).toMatchObject([{ subject: "host", step: CLEAR }]);
  const both = [
    { subject: "smsd", since: UPTIME },
    { subject: "host", since: UPTIME },
  ] as const;
  expect(told.look(seen({ ...busy, running: both }), at(62)).steps).toEqual([]);
});

test("the wall clock set ahead makes no flag older that was seen to appear", () => {
  const { look } = stoppedAt0();
  expect(steps(look(60, 10 * 365 * 86_400))).toEqual([]);
  expect(steps(look(31 * MINUTE, 10 * 365 * 86_400))).toEqual(["clear-flag"]);
});

test("the wall clock set back makes no flag newer, nor one from the future", () => {
  const { look } = stoppedAt0();
  expect(look(60, -86_400).findings).toMatchObject([{ code: "manual-stop" }]);
  expect(steps(look(60, -86_400))).toEqual([]);
  expect(steps(look(30 * MINUTE, -86_400))).toEqual(["clear-flag"]);
});

test("the wall clock set between the writing and the first look: the clock as it was tells the age", () => {
  for (const jump of [86_400, -86_400]) {
    const told = story();
    told.look(seen(), at(0));
    const look = told.look(seen({ smsd: down("inactive"), flag: flag(5) }), at(6, jump));
    expect(look.steps).toEqual([]);
    expect(codes(look)).toEqual(["manual-stop"]);
  }
});

test("what was seen first is older, however the wall clock is set: smsd", () => {
  const told = story();
  told.look(seen(), at(0));
  told.look(seen({ flag: flag(10) }), at(11));
  // The kernel counts starts from boot, so they move with the clock: by now smsd seems to be younger than the flag.
  const moved = running(0, { processes: [{ pid: 1000 - 3600, startedAt: WALL + (-3600 + 7200) * 1000 }] });
  expect(told.look(seen({ smsd: moved, flag: flag(10) }), at(12, 7200)).steps).toEqual([]);
});

test("what was seen first is older, however the wall clock is set: the flag", () => {
  const told = story();
  told.look(seen({ smsd: down("inactive"), flag: flag(0) }), at(1));
  const earlier = running(0, { processes: [{ pid: 7, startedAt: WALL + (60 - 7200) * 1000 }] });
  expect(steps(told.look(seen({ smsd: earlier, flag: flag(0) }), at(61, -7200)))).toEqual(["clear-flag"]);
});

test("a flag that was there before the agent: an old one goes at once, and no clock keeps it beyond its limit", () => {
  const stopped = seen({ smsd: down("inactive"), flag: flag(-40 * MINUTE) });
  expect(steps(story().look(stopped, at(0)))).toEqual(["clear-flag"]);
  const young = story();
  const five = seen({ smsd: down("inactive"), flag: flag(-5 * MINUTE) });
  expect(steps(young.look(five, at(0)))).toEqual([]);
  // Set back by a day: seen for the whole limit is over all the same.
  expect(steps(young.look(five, at(29 * MINUTE, -86_400)))).toEqual([]);
  expect(steps(young.look(five, at(30 * MINUTE, -86_400)))).toEqual(["clear-flag"]);
});

test("an agent that is killed in between judges the flag as before", () => {
  const first = story();
  first.look(seen(), at(-10));
  const { memory } = first.look(seen({ smsd: down("inactive"), flag: flag(0) }), at(1));
  const second = story(sampleInventory(), memory);
  expect(steps(second.look(seen({ smsd: down("inactive"), flag: flag(0) }), at(20 * MINUTE, 86_400)))).toEqual([]);
});

test.each<[string, Partial<StopFlag>]>([
  ["a link", { kind: "link" }],
  ["a folder", { kind: "directory" }],
  ["a foreign user's", { owner: "www-data" }],
  ["from the future", { modifiedAt: WALL + 86_400_000 }],
])("%s is ignored with a warning, left where it is, and smsd is started", (_what, change) => {
  const look = story().look(seen({ smsd: down("inactive"), flag: flag(0, change) }), at(1));
  expect(steps(look)).toEqual(["start-smsd"]);
  expect(look.findings).toContainEqual(
    expect.objectContaining({ code: "flag-ignored", level: "warning", notify: true }),
  );
});

test("a listed user's flag counts", () => {
  const inventory = sampleInventory();
  const told = story({ ...inventory, manualStop: { ...inventory.manualStop, trustedUsers: ["rom"] } });
  expect(told.look(seen({ smsd: down("inactive"), flag: flag(0, { owner: "rom" }) }), at(1)).steps).toEqual([]);
});

test("a flag that cannot be cleared is tried again later, and does not keep smsd down", () => {
  const told = story();
  const stopped = seen({ smsd: down("inactive"), flag: flag(-HOUR) });
  expect(steps(told.look(stopped, at(0)))).toEqual(["clear-flag"]);
  const failed = ended(CLEAR, 1, { ok: false, detail: "read-only file system" });
  expect(steps(told.look({ ...stopped, outcomes: [failed] }, at(1)))).toEqual(["start-smsd"]);
});

test("it looks again when the flag's meaning changes, not before", () => {
  const { look } = stoppedAt0(`expire:${WALL / 1000 + HOUR}`);
  expect(look(10 * MINUTE - 5).wakeAt).toBe(UPTIME + 600_000);
  expect(look(30 * MINUTE - 5).wakeAt).toBe(UPTIME + 1_800_000);
  expect(look(60 * MINUTE - 5).wakeAt).toBe(UPTIME + 3_600_000);
  expect(look(20 * MINUTE).wakeAt).toBe(UPTIME + 1_230_000);
});
