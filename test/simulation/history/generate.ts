import type { Rung } from "../../../core/model/inventory.ts";
import { Random } from "../random.ts";
import { drawFaults } from "./draw-fault.ts";
import type { History, Setup, SetupModem, TimedFault } from "./types.ts";

const SIM7600: SetupModem = { model: "SIM7600", pin: false };
const EC25: SetupModem = { model: "EC25", pin: false };
const EC200: SetupModem = { model: "EC200", pin: false };

/** EC200 has no second AT port. */
const MODEMS: readonly (readonly SetupModem[])[] = [
  [SIM7600],
  [SIM7600],
  [{ ...SIM7600, pin: true }],
  [EC25],
  [EC200],
  [SIM7600, EC25],
  [SIM7600, { ...SIM7600, pin: true }],
  [
    { ...SIM7600, pin: true },
    { ...EC25, pin: true },
  ],
  [EC200, SIM7600],
  [SIM7600, EC25, SIM7600],
];

const DEFAULT_RUNGS: readonly Rung[] = ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"];

type Watchdog = Pick<Setup, "interval" | "failures" | "rungs" | "longestBackoff">;

const WATCHDOGS: readonly Watchdog[] = [
  { interval: 15, failures: 3, rungs: DEFAULT_RUNGS, longestBackoff: 3_600 },
  { interval: 15, failures: 1, rungs: DEFAULT_RUNGS, longestBackoff: 600 },
  { interval: 30, failures: 2, rungs: [...DEFAULT_RUNGS, "usb-power"], longestBackoff: 600 },
  { interval: 60, failures: 2, rungs: [...DEFAULT_RUNGS, "usb-power", "host-reboot"], longestBackoff: 900 },
  { interval: 30, failures: 1, rungs: ["usb-authorize", "at-reset"], longestBackoff: 300 },
  { interval: 60, failures: 1, rungs: ["restart-smsd"], longestBackoff: 300 },
  { interval: 30, failures: 1, rungs: ["at-reset"], longestBackoff: 300 },
  { interval: 30, failures: 1, rungs: ["usb-reset", "restart-smsd"], longestBackoff: 300 },
  { interval: 60, failures: 1, rungs: [], longestBackoff: 300 },
];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The history of a seed. Most are short; a few last for a day. */
export function historyOf(seed: number): History {
  const random = new Random(seed);
  const setup: Setup = {
    modems: random.pick(MODEMS),
    ...random.pick(WATCHDOGS),
    begins: random.chance(0.8) ? "running" : "fresh",
  };
  const faults = faultsOf(random, setup);
  const last = faults.reduce((latest, { at }) => Math.max(latest, at), 0);
  return {
    seed,
    setup,
    faults,
    // Now and then nobody comes to help for a long time.
    span: last + (random.chance(0.007) ? random.whole(25 * MINUTE, 60 * MINUTE) : random.whole(1 * SECOND, 4 * MINUTE)),
    flagAtEnd: random.chance(0.85) ? "removed" : "stays",
  };
}

function faultsOf(random: Random, setup: Setup): readonly TimedFault[] {
  const day = random.chance(0.001);
  const wanted = day ? random.whole(8, 30) : howMany(random);
  const faults: TimedFault[] = [];
  let at = random.whole(1 * SECOND, 40 * SECOND);
  while (faults.length < wanted) {
    faults.push(...drawFaults(random, setup, at));
    at += day ? random.whole(1 * MINUTE, 120 * MINUTE) : gap(random);
  }
  return faults.sort((a, b) => a.at - b.at);
}

function howMany(random: Random): number {
  const share = random.next();
  if (share < 0.25) return 1;
  if (share < 0.7) return random.whole(2, 3);
  return share < 0.95 ? random.whole(4, 6) : random.whole(7, 12);
}

/** Close together, so that they meet what the agent is doing; or far enough for it to have finished. */
function gap(random: Random): number {
  const share = random.next();
  if (share < 0.35) return random.whole(10, 4 * SECOND);
  if (share < 0.8) return random.whole(4 * SECOND, 60 * SECOND);
  return share < 0.98 ? random.whole(1 * MINUTE, 6 * MINUTE) : random.whole(10 * MINUTE, 60 * MINUTE);
}
