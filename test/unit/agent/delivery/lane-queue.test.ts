import { describe, expect, test } from "vitest";
import { LaneQueue } from "../../../../agent/delivery/lane-queue.ts";
import { DAY, DELIVERED, DOWN, PATIENT, QueueDriver, REFUSED } from "./queue-driver.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
