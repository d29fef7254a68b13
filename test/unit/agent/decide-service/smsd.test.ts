import { expect, test } from "vitest";
import type { SmsdDemands } from "../../../../agent/decide/types.ts";
import type { AgentStep } from "../../../../agent/model/step.ts";
import { at, codes, down, ended, flag, NO_DEMANDS, running, seen, steps, story, UPTIME, WALL } from "./story.ts";

const START = { do: "start-smsd" } as const;
const HOLD: SmsdDemands = { ...NO_DEMANDS, hold: { modem: "SIM7600", sentence: "SIM7600 is restarted." } };
const RESTART: SmsdDemands = {
  ...NO_DEMANDS,
  restart: { modem: "SIM7600", code: "process-ended", sentence: "smsd's process for SIM7600 has ended." },
};

test.each([
  ["active", "Debian's unit says so of a dead smsd"],
  ["failed", "it crashed"],
  ["inactive", "systemctl stop, and no flag"],
])("smsd without a process is down though the unit is %s: %s", (unit) => {
  const look = story().look(seen({ smsd: down(unit) }), at(0));
  expect(steps(look)).toEqual(["start-smsd"]);
  expect(look.findings).toMatchObject([{ code: "smsd-down", level: "critical", notify: true }]);
});

test("a service on its way from one life to the next is given two seconds", () => {
  const told = story();
  told.look(seen(), at(0));
  const between = seen({ smsd: down("activating") });
  const look = told.look(between, at(10));
  expect(look.steps).toEqual([]);
  expect(look.findings).toEqual([]);
  expect(look.wakeAt).toBe(UPTIME + 12_000);
  expect(steps(told.look(between, at(12)))).toEqual(["start-smsd"]);
});

test("what is under way on smsd is no outage; one that was told of stays told until smsd is back", () => {
  const told = story();
  told.look(seen(), at(0));
  const restarting = seen({ smsd: down("inactive"), running: [{ subject: "smsd", since: UPTIME }] });
  expect(told.look(restarting, at(1)).findings).toEqual([]);

  const crashed = story();
  crashed.look(seen({ smsd: down() }), at(0));
  const starting = crashed.look(restarting, at(1));
  expect(starting.steps).toEqual([]);
  expect(starting.told).toEqual([]);
  expect(codes(starting)).toEqual(["smsd-down"]);
});

test("when smsd is back, the timeline says how long it was down", () => {
  const told = story();
  told.look(seen({ smsd: down() }), at(0));
  const look = told.look(seen({ smsd: running(89), outcomes: [ended(START, 90)] }), at(90));
  expect(look.told.map(({ code, phase }) => `${code} ${phase}`)).toEqual(["smsd-down over", "smsd-started done"]);
  expect(look.told[1]?.sentence).toBe("smsd runs again; it was down for 90 s.");
});

test("starts that fail are tried after 1, 2, 4, 8 … 300 s, for ever", () => {
  const told = story();
  let time = 0;
  const pauses = Array.from({ length: 12 }, () => {
    const begun = told.look(seen({ smsd: down() }), at(time));
    expect(steps(begun)).toEqual(["start-smsd"]);
    const failed = ended(START, time + 1, { ok: false, detail: "no" });
    const { wakeAt, steps: none } = told.look(seen({ smsd: down(), outcomes: [failed] }), at(time + 1));
    expect(none).toEqual([]);
    let pause = 0;
    while (steps(told.look(seen({ smsd: down() }), at(time + 1 + pause))).length === 0) pause += 1;
    expect(wakeAt).toBe(UPTIME + (time + 1 + Math.min(pause, 30)) * 1000);
    time += 1 + pause;
    told.look(seen({ smsd: down(), running: [{ subject: "smsd", since: UPTIME }] }), at(time));
    return pause;
  });
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
});

test("a short life counts as a failed start, whether or not it was seen; a long one ends the series", () => {
  const told = story();
  told.look(seen({ smsd: down() }), at(0));
  told.look(seen({ smsd: running(1), outcomes: [ended(START, 2)] }), at(2));
  const died = told.look(seen({ smsd: down() }), at(30));
  expect(died.steps).toEqual([]);
  expect(died.smsd.failures).toBe(1);
  expect(steps(told.look(seen({ smsd: down() }), at(31)))).toEqual(["start-smsd"]);
  const unseen = told.look(seen({ smsd: down(), outcomes: [ended(START, 32)] }), at(32));
  expect(unseen.smsd.failures).toBe(2);
  expect(codes(unseen)).toContain("smsd-start-fails");

  told.look(seen({ smsd: running(34) }), at(35));
  expect(codes(told.look(seen({ smsd: running(34) }), at(300)))).toEqual(["smsd-start-fails"]);
  const over = told.look(seen({ smsd: running(34) }), at(335));
  expect(over.smsd.failures).toBe(0);
  expect(over.told).toMatchObject([{ code: "smsd-start-fails", phase: "over" }]);
});

test("an smsd that a person stops soon after its start is no failed start", () => {
  const told = story();
  told.look(seen({ smsd: running(-5) }), at(0));
  expect(told.look(seen({ smsd: down("inactive"), flag: flag(1) }), at(2)).smsd.failures).toBe(0);
  const operated = story();
  operated.look(seen({ smsd: running(-5) }), at(0));
  const operator = { pid: 5, process: "modemkeeper", user: "root", since: WALL };
  expect(operated.look(seen({ smsd: down("inactive"), operator }), at(2)).smsd.failures).toBe(0);
});

test("while a person's command works on the host, nothing is begun", () => {
  const operator = { pid: 5, process: "provision", user: "root", since: WALL };
  const told = story();
  const look = told.look(seen({ smsd: down(), operator, flag: flag(-7200) }), at(0), HOLD);
  expect(look.steps).toEqual([]);
  expect(steps(told.look(seen({ smsd: down() }), at(3)))).toEqual(["start-smsd"]);
});

test("a recovery stops smsd, keeps it down without an alarm, and smsd comes back after it", () => {
  const told = story();
  const stop: AgentStep = { do: "stop-smsd", grace: 10_000 };
  const held = told.look(seen(), at(0), HOLD);
  expect(held.steps).toMatchObject([{ step: stop, reason: { code: "recovery", sentence: "SIM7600 is restarted." } }]);
  const stopped = told.look(seen({ smsd: down("inactive"), outcomes: [ended(stop, 3)] }), at(3), HOLD);
  expect([stopped.steps, stopped.findings]).toEqual([[], []]);
  const over = told.look(seen({ smsd: down("inactive") }), at(60));
  expect(over.steps).toMatchObject([{ step: START, reason: { code: "recovery-over" } }]);
  expect(over.findings).toEqual([]);
  const back = told.look(seen({ smsd: running(61), outcomes: [ended(START, 62)] }), at(62));
  expect(back.smsd.stoppedForRecovery).toBeUndefined();
});

test("a recovery that ends in a failed start is an outage like any other", () => {
  const told = story();
  told.look(seen({ smsd: down("inactive") }), at(0), HOLD);
  told.look(seen({ smsd: down("inactive") }), at(1));
  const failed = ended(START, 2, { ok: false, detail: "no" });
  const look = told.look(seen({ smsd: down("failed"), outcomes: [failed] }), at(2));
  expect(codes(look)).toEqual(["smsd-start-fails"]);
  expect(steps(told.look(seen({ smsd: down("failed") }), at(3)))).toEqual(["start-smsd"]);
});

test("a start after a recovery that dies at once is not repeated without a pause", () => {
  const told = story();
  told.look(seen({ smsd: down("inactive") }), at(0), HOLD);
  told.look(seen({ smsd: down("inactive") }), at(1));
  expect(told.look(seen({ smsd: down(), outcomes: [ended(START, 2)] }), at(2)).steps).toEqual([]);
});

test("a manual stop during a recovery keeps smsd down after it", () => {
  const told = story();
  told.look(seen(), at(0), HOLD);
  told.look(seen({ smsd: down("inactive"), flag: flag(5) }), at(6), HOLD);
  expect(told.look(seen({ smsd: down("inactive"), flag: flag(5) }), at(60)).steps).toEqual([]);
  expect(steps(told.look(seen({ smsd: down("inactive") }), at(61)))).toEqual(["start-smsd"]);
});

test("a stop that fails is tried again later, not at every look", () => {
  const told = story();
  told.look(seen(), at(0), HOLD);
  const failed = ended({ do: "stop-smsd", grace: 10_000 }, 95, { ok: false, detail: "processes are left" });
  const look = told.look(seen({ outcomes: [failed] }), at(95), HOLD);
  expect(look.steps).toEqual([]);
  expect(look.wakeAt).toBe(UPTIME + 96_000);
  expect(steps(told.look(seen(), at(96), HOLD))).toEqual(["stop-smsd"]);
  const again = { ...failed, finishedAt: UPTIME + 190_000 };
  expect(codes(told.look(seen({ outcomes: [again] }), at(190), HOLD))).toEqual(["action-fails"]);
});

test("a modem that needs it has smsd restarted, six times an hour, then every ten minutes only, and that is said", () => {
  const told = story();
  const restart: AgentStep = { do: "restart-smsd", grace: 10_000 };
  for (let turn = 0; turn < 6; turn += 1) {
    const begun = told.look(seen({ smsd: running(turn * 100 - 50) }), at(turn * 100), RESTART);
    expect(begun.steps).toMatchObject([{ step: restart, reason: { code: "process-ended" } }]);
    const done = ended(restart, turn * 100 + 10);
    told.look(seen({ smsd: running(turn * 100 + 5), outcomes: [done] }), at(turn * 100 + 10));
  }
  const spent = told.look(seen({ smsd: running(505) }), at(600), RESTART);
  expect(spent.steps).toEqual([]);
  expect(spent.findings).toMatchObject([{ code: "restart-budget-spent", level: "warning" }]);
  expect(steps(told.look(seen({ smsd: running(505) }), at(1099), RESTART))).toEqual([]);
  expect(steps(told.look(seen({ smsd: running(505) }), at(1100), RESTART))).toEqual(["restart-smsd"]);
});

test("smsd is not restarted under a flag in force, nor while a recovery holds it, nor twice within seconds", () => {
  const flagged = story();
  flagged.look(seen(), at(0));
  expect(flagged.look(seen({ flag: flag(1) }), at(2), RESTART).steps).toEqual([]);
  expect(steps(story().look(seen(), at(0), { ...RESTART, ...HOLD }))).toEqual(["stop-smsd"]);
  const twice = story();
  twice.look(seen(), at(0), RESTART);
  expect(twice.look(seen({ smsd: running(1) }), at(9), RESTART).steps).toEqual([]);
});

test("an smsd outside the service is taken over after a minute; at once where the service is needed", () => {
  const strays = [{ pid: 77, startedAt: WALL - 60_000 }];
  const outside = seen({ smsd: down("inactive", { strays }) });
  const told = story();
  expect(codes(told.look(outside, at(0)))).toEqual(["smsd-outside-service"]);
  expect(told.look(outside, at(59)).steps).toEqual([]);
  expect(told.look(outside, at(60)).steps).toMatchObject([{ step: { do: "adopt-smsd", pids: [77] } }]);
  expect(steps(story().look(outside, at(0), RESTART))).toEqual(["adopt-smsd"]);
  const both = seen({ smsd: running(-60, { strays }) });
  const rivals = story();
  expect(rivals.look(both, at(0)).steps).toEqual([]);
  expect(steps(rivals.look(both, at(10)))).toEqual(["adopt-smsd"]);
});

test("an smsd outside the service is left alone while a person wants none started", () => {
  const told = story();
  const strays = [{ pid: 77, startedAt: WALL - 60_000 }];
  const outside = seen({ smsd: down("inactive", { strays }), flag: flag(0) });
  told.look(seen({ smsd: down("inactive", { strays }) }), at(-10));
  told.look(outside, at(1));
  expect(told.look(outside, at(300)).steps).toEqual([]);
});

const LEFT = { pid: 77, startedAt: WALL - 3600_000 } as const;

test.each([
  ["its notifier, which ignores TERM", "notifier", 1],
  ["a modem's process, which may finish its message", "modem", 20],
] as const)("smsd's main process was killed and left %s: that is ended, and smsd started", (_what, role, grace) => {
  const told = story();
  told.look(seen(), at(0));
  const headless = seen({ smsd: running(-3600, { unit: "deactivating", processes: [{ ...LEFT, role }] }) });
  const first = told.look(headless, at(10));
  expect(first.steps).toEqual([]);
  expect(first.wakeAt).toBeLessThanOrEqual(UPTIME + (10 + grace) * 1000);
  const look = told.look(headless, at(10 + grace));
  expect(look.steps).toMatchObject([{ step: { do: "stop-smsd", grace: 0 }, reason: { code: "smsd-remnants" } }]);
  const after = seen({ smsd: down("failed"), outcomes: [ended({ do: "stop-smsd", grace: 0 }, 11 + grace)] });
  expect(steps(told.look(after, at(11 + grace)))).toEqual(["start-smsd"]);
});

test("processes that do not say what they are for may be the main one: nothing is ended", () => {
  const told = story();
  told.look(seen(), at(0));
  const unknown = seen({ smsd: running(-3600, { unit: "deactivating", processes: [LEFT] }) });
  told.look(unknown, at(10));
  expect(told.look(unknown, at(60)).steps).toEqual([]);
});
