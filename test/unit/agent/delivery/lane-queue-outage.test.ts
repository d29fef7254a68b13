import { describe, expect, test } from "vitest";
import type { DeliveryResult } from "../../../../agent/delivery/types.ts";
import { DAY, DELIVERED, DOWN, QueueDriver, REFUSED } from "./queue-driver.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function laneOf(key: string): string {
  return key.slice(0, key.lastIndexOf("-"));
}

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
