import { expect, test } from "vitest";
import { realClock } from "../../../host/clock.ts";
import { realMonotonicClock } from "../../../host/monotonic.ts";

test("a sleep can be cut short, before and after it began, without an error", async () => {
  const abort = new AbortController();
  const sleeping = realClock.sleep(600_000, abort.signal);
  abort.abort();
  await sleeping;
  await realClock.sleep(600_000, abort.signal);
  await realClock.sleep(1);
});

test("monotonic time is the machine's uptime, named by its boot", async () => {
  const clock = realMonotonicClock("/proc");
  const first = clock.now();
  await realClock.sleep(30);
  // The kernel tells it to 10 ms.
  expect(clock.now()).toBeGreaterThan(first);
  expect(clock.bootId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
