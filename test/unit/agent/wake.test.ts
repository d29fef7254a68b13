import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Wake } from "../../../agent/wake.ts";

/*
 * What the loop sleeps on: a hint wakes it soon, a storm of hints wakes it once, and no storm puts a look off for ever.
 */

const clock = { now: () => Date.now() };
const newWake = () => new Wake(clock, { sleep });

/** On timers that the test moves. */
function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

async function sleeping(promise: Promise<void>): Promise<() => boolean> {
  let awake = false;
  void promise.then(() => {
    awake = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return () => awake;
}

test("sleeps until its time when nothing happens", async () => {
  const awake = await sleeping(newWake().until(clock.now() + 30_000, never));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(awake()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(awake()).toBe(true);
});

test("a hint wakes it as soon as things have settled", async () => {
  const wake = newWake();
  const awake = await sleeping(wake.until(clock.now() + 30_000, never));
  wake.soon(200);
  await vi.advanceTimersByTimeAsync(199);
  expect(awake()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(awake()).toBe(true);
});

test("a storm of hints does not put the look off, and makes one look", async () => {
  const wake = newWake();
  let looks = 0;
  const loop = async () => {
    for (;;) {
      await wake.until(clock.now() + 3_600_000, never);
      looks += 1;
    }
  };
  void loop();
  for (let i = 0; i < 100; i += 1) {
    wake.soon(200);
    await vi.advanceTimersByTimeAsync(100);
  }
  // 10 s of hints, a look every 200 ms at most.
  expect(looks).toBeGreaterThan(10);
  expect(looks).toBeLessThanOrEqual(50);
});

test("a hint that comes while the loop is at work is not lost", async () => {
  const wake = newWake();
  wake.soon(0);
  const awake = await sleeping(wake.until(clock.now() + 30_000, never));
  await vi.advanceTimersByTimeAsync(50);
  expect(awake()).toBe(true);
});

test("a time that has passed does not make the loop spin", async () => {
  const wake = newWake();
  const awake = await sleeping(wake.until(clock.now() - 5_000, never));
  expect(awake()).toBe(false);
  await vi.advanceTimersByTimeAsync(50);
  expect(awake()).toBe(true);
});

test("the end of the agent wakes it at once", async () => {
  const end = new AbortController();
  const awake = await sleeping(newWake().until(clock.now() + 30_000, end.signal));
  end.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(awake()).toBe(true);
  const again = await sleeping(newWake().until(clock.now() + 30_000, end.signal));
  expect(again()).toBe(true);
});
