import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { MonotonicClock } from "../core/agent-ports.ts";

/**
 * The kernel's uptime (CLOCK_BOOTTIME, to 10 ms): unlike Node's own clocks it goes on while the machine sleeps, and is
 * the same for every process of one boot, so that what is remembered on disk stays good.
 */
export function realMonotonicClock(proc: string): MonotonicClock {
  return {
    now: () => Math.round(uptime() * 1000),
    bootId: readFileSync(`${proc}/sys/kernel/random/boot_id`, "utf8").trim(),
  };
}
