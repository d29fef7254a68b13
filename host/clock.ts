import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../core/ports.ts";

export const realClock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, signal && { signal }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
