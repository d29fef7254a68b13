import { describe, expect, test } from "vitest";
import { LaneQueue } from "../../../../agent/delivery/lane-queue.ts";
import type { DeliveryResult } from "../../../../agent/delivery/types.ts";
import { DAY, DELIVERED, DOWN, PATIENT, QueueDriver, REFUSED } from "./queue-driver.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function laneOf(key: string): string {
  return key.slice(0, key.lastIndexOf("-"));
}

describe("what is begun", () => {
  test("one of each lane, as many as may be at once, and lanes take turns", () => {
    const queue = new LaneQueue({ parallel: 2, patience: PATIENT });
    for (const [key, lane] of [
      ["a1", "a"],
      ["a2", "a"],
      ["b1", "b"],
      ["c1", "c"],
    ] as const) {
      queue.add({ key, lane, order: 0 });
    }
    expect(queue.next(0).map(({ key }) => key)).toEqual(["a1", "b1"]);
    expect(queue.next(0)).toEqual([]);
    queue.ended("a1", DELIVERED, 1);
    expect(queue.next(1).map(({ key }) => key)).toEqual(["c1"]);
    queue.ended("b1", DELIVERED, 2);
    expect(queue.next(2).map(({ key }) => key)).toEqual(["a2"]);
  });

  test("a lane goes by order, and what was found late still goes first", () => {
    const queue = new LaneQueue({ parallel: 1, patience: PATIENT });
    for (const [key, order] of [
      ["second", 2],
      ["third", 3],
      ["first", 1],
      ["third too", 3],
    ] as const) {
      queue.add({ key, lane: "a", order });
    }
    const seen: string[] = [];
    for (let [task] = queue.next(0); task; [task] = queue.next(0)) {
      seen.push(task.key);
      queue.ended(task.key, DELIVERED, 0);
    }
    expect(seen).toEqual(["first", "second", "third", "third too"]);
  });

  test("what waits already is not added again; what is removed is never begun", () => {
    const queue = new LaneQueue({ parallel: 4, patience: PATIENT });
    expect(queue.add({ key: "x", lane: "a", order: 0 })).toBe(true);
    expect(queue.add({ key: "x", lane: "b", order: 0 })).toBe(false);
    expect(queue.remove("x")).toBe(true);
    expect(queue.next(0)).toEqual([]);
    expect(queue.add({ key: "x", lane: "b", order: 0 })).toBe(true);
    expect(queue.next(0)).toMatchObject([{ key: "x", lane: "b" }]);
    expect(queue.remove("x")).toBe(false);
    expect(queue.remove("unknown")).toBe(false);
  });

  test("the end of what is not under way is the caller's mistake", () => {
    const queue = new LaneQueue({ parallel: 1, patience: PATIENT });
    queue.add({ key: "x", lane: "a", order: 0 });
    expect(() => queue.ended("x", DELIVERED, 0)).toThrow("not under way");
  });

  test("what was begun and turns out to be nothing makes way, and says nothing of the receiver", () => {
    const queue = new LaneQueue({ parallel: 1, patience: PATIENT });
    for (const key of ["x", "y"]) queue.add({ key, lane: "a", order: 0 });
    queue.next(0);
    queue.withdraw("x");
    queue.withdraw("unknown");
    expect(queue.next(0)).toMatchObject([{ key: "y" }]);
    expect(queue.health()).toEqual({ waiting: 1, inFlight: 1, delivered: 0, isDown: false });
  });

  test("when the head of a resting lane is removed, the next one need not rest", () => {
    const driver = new QueueDriver();
    const [bad, good] = [driver.add("a"), driver.add("a")];
    driver.receiver = ({ key }) => (key === bad ? DOWN : DELIVERED);
    driver.run(5);
    expect(driver.queue.remove(bad)).toBe(true);
    driver.run(1);
    expect(driver.attemptsAt(good)).toHaveLength(1);
  });
});

describe("one message fails", () => {
  test("it is tried again ever more rarely, 5 minutes apart at most, and its own lane waits", () => {
    const driver = new QueueDriver();
    const [bad, behind] = [driver.add("a"), driver.add("a")];
    driver.receiver = () => DOWN;
    driver.run(2 * HOUR);
    const times = driver.attemptsAt(bad);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(pauses[0]).toBeGreaterThanOrEqual(500);
    expect(pauses[0]).toBeLessThanOrEqual(1_001);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * MINUTE + 1);
    expect(Math.min(...pauses.slice(-5))).toBeGreaterThanOrEqual(150_000);
    expect(driver.attemptsAt(behind)).toEqual([]);
  });

  test("others go on at once, and it costs them nothing", () => {
    const driver = new QueueDriver();
    const bad = driver.add("bad");
    driver.receiver = ({ key }) => (key === bad ? DOWN : DELIVERED);
    driver.run(10 * MINUTE);
    const before = driver.attemptsAt(bad).length;
    for (let round = 0; round < 100; round += 1) {
      driver.add("good");
      driver.run(2);
      expect(driver.queue.health().waiting).toBe(1);
    }
    // It was tried a few times out of turn, as the failure could have been the receiver's.
    expect(driver.attemptsAt(bad).length - before).toBeLessThanOrEqual(4);
  });

  test("as the failure may have been the receiver's, it is tried again when the receiver takes something", () => {
    const driver = new QueueDriver();
    const waiting = driver.add("a");
    driver.receiver = () => DOWN;
    driver.run(HOUR);
    driver.receiver = () => DELIVERED;
    driver.add("b");
    driver.run(2);
    expect(driver.deliveredKeys()).toContain(waiting);
  });

  test("a new message of another lane does not wait while one lane fails", () => {
    const driver = new QueueDriver();
    driver.add("bad");
    driver.receiver = () => DOWN;
    driver.run(HOUR);
    const fresh = driver.add("fresh");
    driver.run(1);
    expect(driver.attemptsAt(fresh)).toHaveLength(1);
  });

  test("the pause that the receiver asks for is kept, but not more than an hour, and not by others", () => {
    const driver = new QueueDriver();
    const slow = driver.add("a");
    driver.receiver = ({ key }) =>
      key === slow ? { outcome: "retry", detail: "busy", after: 20 * MINUTE } : DELIVERED;
    driver.run(1_000);
    driver.add("b");
    driver.run(20 * MINUTE - 1_001);
    expect(driver.attemptsAt(slow)).toHaveLength(1);
    driver.receiver = () => ({ outcome: "retry", detail: "busy", after: 50 * HOUR });
    driver.run(2);
    expect(driver.attemptsAt(slow)).toHaveLength(2);
    driver.run(HOUR + 2);
    expect(driver.attemptsAt(slow)).toHaveLength(3);
  });
});

describe("one message is to blame, and the receiver is down, too", () => {
  /** A queue with a message that failed while others were taken, again and again. */
  function withBlamed(how: DeliveryResult): { readonly driver: QueueDriver; readonly bad: string } {
    const driver = new QueueDriver({ patience: { retryFor: 7 * DAY, refusals: 8 } });
    const bad = driver.add("bad");
    driver.receiver = ({ key }) => (key === bad ? how : DELIVERED);
    for (let round = 0; round < 40; round += 1) {
      driver.add("good");
      driver.run(1_000);
    }
    return { driver, bad };
  }

  test("its refusals count even while everybody is refused", () => {
    const { driver, bad } = withBlamed(REFUSED);
    expect(driver.settled.get(bad)).toMatchObject({ waiting: { refusals: 6 } });
    driver.receiver = () => REFUSED;
    const others = [driver.add("one"), driver.add("two")];
    driver.run(HOUR);
    expect(driver.settled.get(bad)).toMatchObject({ settled: "dead" });
    for (const other of others)
      expect(driver.settled.get(other)).toMatchObject({ waiting: { refusals: expect.any(Number) } });
    expect(driver.queue.health()).toMatchObject({ waiting: 2, isDown: true });
  });

  test("an attempt at it is an attempt: the receiver is not asked more often", () => {
    const { driver } = withBlamed(DOWN);
    driver.receiver = () => DOWN;
    for (const lane of ["one", "two"]) driver.add(lane);
    driver.run(HOUR);
    const before = driver.attempts.length;
    driver.run(HOUR);
    expect(driver.attempts.length - before).toBeLessThanOrEqual(121);
  });
});

describe("giving up", () => {
  test("a message that is refused again and again, with pauses, is dead; the next of its lane follows at once", () => {
    const driver = new QueueDriver({ patience: { retryFor: 7 * DAY, refusals: 3 } });
    const [bad, next] = [driver.add("a"), driver.add("a")];
    driver.receiver = ({ key }) => (key === bad ? REFUSED : DELIVERED);
    driver.run(HOUR);
    expect(driver.settled.get(bad)).toEqual({ settled: "dead", why: "refused 3 times: answered 400" });
    const [first, second, third] = driver.attemptsAt(bad);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(500);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(driver.attemptsAt(next)).toEqual([(third ?? 0) + 1]);
    expect(driver.queue.health()).toMatchObject({ waiting: 0, delivered: 1, isDown: false });
  });

  test("others' success does not hurry a message that is refused to its end", () => {
    const driver = new QueueDriver({ patience: { retryFor: 7 * DAY, refusals: 3 } });
    const bad = driver.add("bad");
    driver.receiver = ({ key }) => (key === bad ? REFUSED : DELIVERED);
    for (let round = 0; round < 100; round += 1) {
      driver.add("good");
      driver.run(3);
    }
    expect(driver.attemptsAt(bad)).toHaveLength(1);
  });

  test("a message is dead when it has been tried for as long as is wanted, and the sink is not failing for its sake", () => {
    const driver = new QueueDriver({ patience: { retryFor: 7 * DAY, refusals: 3 } });
    const bad = driver.add("a");
    driver.receiver = () => DOWN;
    driver.run(7 * DAY - MINUTE);
    expect(driver.settled.get(bad)).toMatchObject({ waiting: { refusals: 0, lastError: "connection refused" } });
    expect(driver.queue.health().failing).toMatchObject({ detail: "connection refused" });
    driver.run(10 * MINUTE);
    expect(driver.settled.get(bad)).toMatchObject({
      settled: "dead",
      why: expect.stringMatching(/^tried for 7 days, \d+ times: connection refused$/),
    });
    expect(driver.queue.health().failing).toBeUndefined();
  });

  test("what an earlier process tried counts, the time between does not", () => {
    const driver = new QueueDriver({ patience: { retryFor: HOUR, refusals: 3 } });
    driver.receiver = () => DOWN;
    const refused = driver.add("a", { attempts: 2, refusals: 2, tried: 5_000 });
    const late = driver.add("b", { attempts: 9, refusals: 0, tried: HOUR - 5_000, lastError: "x" });
    driver.receiver = ({ key }) => (key === refused ? REFUSED : DOWN);
    driver.run(1);
    expect(driver.settled.get(refused)).toMatchObject({ settled: "dead" });
    expect(driver.settled.get(late)).toMatchObject({ waiting: { attempts: 10, tried: HOUR - 4_999 } });
    driver.run(HOUR);
    expect(driver.settled.get(late)).toMatchObject({ settled: "dead" });
  });
});

describe("the receiver is down as a whole", () => {
  function downWith(lanes: number): QueueDriver {
    const driver = new QueueDriver({ parallel: 32 });
    for (let lane = 0; lane < lanes; lane += 1) for (let n = 0; n < 3; n += 1) driver.add(`lane${lane}`);
    driver.receiver = () => DOWN;
    return driver;
  }

  test("it gets single attempts, of different lanes, ever more rarely", () => {
    const driver = downWith(1_000);
    driver.run(100);
    expect(driver.attempts).toHaveLength(32);
    expect(driver.queue.health().isDown).toBe(true);
    const first = driver.attempts.length;
    driver.run(HOUR);
    const probes = driver.attempts.slice(first);
    expect(probes.length).toBeLessThanOrEqual(130);
    expect(new Set(probes.map(({ key }) => laneOf(key))).size).toBe(probes.length);
    const last = probes.slice(-10).map(({ at }) => at);
    for (const [index, at] of last.entries()) if (index > 0) expect(at - (last[index - 1] ?? 0)).toBe(30_001);
  });

  test("a message is tried at least every 30 s however long the lanes themselves would rest", () => {
    const driver = downWith(2);
    driver.run(6 * HOUR);
    const times = driver.attempts.slice(-50).map(({ at }) => at);
    for (const [index, at] of times.entries())
      if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeLessThanOrEqual(30_001);
    const lanes = driver.attempts.slice(-50).map(({ key }) => laneOf(key));
    expect(lanes.filter((lane) => lane === "lane0").length).toBeGreaterThan(15);
    expect(lanes.filter((lane) => lane === "lane1").length).toBeGreaterThan(15);
  });

  test("after hours, everything goes out within seconds of the first success, each lane in order", () => {
    const driver = downWith(1_000);
    driver.run(5 * HOUR);
    driver.receiver = () => DELIVERED;
    driver.run(30_000);
    expect(driver.delivered).toHaveLength(3_000);
    const [first, last] = [driver.delivered.at(0)?.at ?? 0, driver.delivered.at(-1)?.at ?? 0];
    expect(last - first).toBeLessThanOrEqual(1_000);
    const numbers = driver.deliveredKeys().filter((key) => laneOf(key) === "lane7");
    expect(numbers).toEqual(["lane7-22", "lane7-23", "lane7-24"]);
  });

  test("whoever refuses everybody does not mean the message: nothing dies of a wrong token", () => {
    const driver = new QueueDriver({ patience: { retryFor: 7 * DAY, refusals: 3 } });
    for (let lane = 0; lane < 10; lane += 1) driver.add(`lane${lane}`);
    driver.receiver = () => REFUSED;
    driver.run(6 * DAY);
    expect(driver.queue.health()).toMatchObject({ waiting: 10, isDown: true });
    driver.receiver = () => DELIVERED;
    driver.run(31_000);
    expect(driver.queue.health()).toMatchObject({ waiting: 0, delivered: 10, isDown: false });
    expect(driver.queue.health().failing).toBeUndefined();
  });

  test("messages that are refused while others are taken die, however many they are", () => {
    const driver = new QueueDriver({ patience: { retryFor: 7 * DAY, refusals: 3 } });
    const bad = Array.from({ length: 5 }, (_, index) => driver.add(`bad${index}`));
    driver.receiver = ({ key }) => (bad.includes(key) ? REFUSED : DELIVERED);
    for (let round = 0; round < 20; round += 1) {
      driver.add("good");
      driver.run(MINUTE);
    }
    for (const key of bad) expect(driver.settled.get(key)).toMatchObject({ settled: "dead" });
    expect(driver.queue.health()).toMatchObject({ waiting: 0, isDown: false, delivered: 20 });
  });

  test("messages that the receiver dies of are found out, and stop holding up others", () => {
    const driver = new QueueDriver();
    const bad = Array.from({ length: 4 }, (_, index) => driver.add(`bad${index}`));
    driver.receiver = ({ key }) => (bad.includes(key) ? DOWN : DELIVERED);
    for (let round = 0; round < 20; round += 1) {
      driver.add("good");
      driver.run(MINUTE);
    }
    const good = driver.add("good");
    driver.run(1);
    expect(driver.attemptsAt(good)).toHaveLength(1);
    expect(driver.queue.health().isDown).toBe(false);
  });

  test("a pause that it asks for holds for all, and is over when it takes something", () => {
    const driver = new QueueDriver({ parallel: 2 });
    for (const lane of ["a", "b", "c", "d"]) driver.add(lane);
    driver.receiver = () => ({ outcome: "retry", detail: "answered 503", after: 10 * MINUTE });
    driver.run(10 * MINUTE - 1);
    expect(driver.attempts).toHaveLength(2);
    driver.receiver = () => DELIVERED;
    driver.run(100);
    expect(driver.delivered).toHaveLength(4);
  });

  test("while attempts from before are under way, none is added", () => {
    const driver = new QueueDriver({ parallel: 3 });
    for (const lane of ["a", "b", "hangs", "d", "e"]) driver.add(lane);
    driver.receiver = ({ lane }) => ({ result: DOWN, ms: lane === "hangs" ? 10_000 : 1 });
    driver.run(9_999);
    expect(driver.attempts).toHaveLength(3);
    expect(driver.queue.wakeAt(driver.now)).toBeUndefined();
    driver.run(2_000);
    expect(driver.attempts.length).toBeGreaterThan(3);
  });
});
