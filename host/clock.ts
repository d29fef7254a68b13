import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../core/ports.ts";

export const realClock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds) => sleep(milliseconds),
};
