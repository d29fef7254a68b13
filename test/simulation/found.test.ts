import { expect, test } from "vitest";
import { decide } from "../../agent/decide/decide.ts";
import type { History, Setup, TimedFault } from "./history/types.ts";
import { play } from "./run/driver.ts";

/* Histories that once broke an invariant, in their shortest form, with what was wrong. */

const SECOND = 1_000;

const ONE: Setup = {
  modems: [{ model: "SIM7600", pin: false }],
  interval: 30,
  failures: 1,
  rungs: ["usb-authorize", "at-reset"],
  longestBackoff: 300,
  begins: "running",
};
const WITH_PIN: Setup = { ...ONE, modems: [{ model: "SIM7600", pin: true }] };
const TWO: Setup = {
  ...ONE,
  modems: [
    { model: "SIM7600", pin: false },
    { model: "EC25", pin: false },
  ],
  interval: 60,
  rungs: ["restart-smsd"],
};

const FOUND: readonly (readonly [string, Setup, readonly (readonly [number, TimedFault["fault"]])[]])[] = [
  [
    "a hang raised no suspicion against the message in flight, and smsd's stop hid that it was in flight",
    ONE,
    [[1, { do: "poison", modem: 0, way: "silent" }]],
  ],
  [
    "smsd was restarted for a sick modem, though another one worked by the time it was",
    TWO,
    [
      [17, { do: "poison", modem: 0, way: "silent" }],
      [214, { do: "systemctl", verb: "restart" }],
    ],
  ],
  [
    "smsd was restarted once more, since two lives within two seconds were taken for one",
    TWO,
    [
      [36.266, { do: "hang", modem: 0, way: "silent", cure: "replug" }],
      [183.528, { do: "systemctl", verb: "restart" }],
    ],
  ],
  [
    "a corrected PIN was held back for ever: smsd was started with the old one first, and the guard's refusal was taken for the new one's",
    WITH_PIN,
    [
      [2, { do: "pin", modem: 0, is: "wrong" }],
      [41, { do: "pin", modem: 0, is: "right" }],
    ],
  ],
  [
    "a PIN that was refused and corrected while no agent ran was held against the corrected one",
    WITH_PIN,
    [
      [1, { do: "kill-agent", lasts: 275_000, steps: "unseen" }],
      [1, { do: "pin", modem: 0, is: "wrong" }],
      [208, { do: "pin", modem: 0, is: "right" }],
    ],
  ],
  [
    "a PIN that was refused while the inventory on disk was invalid was held against the one that came with the next edit",
    { ...TWO, modems: [{ model: "SIM7600", pin: false }, ...WITH_PIN.modems], rungs: ["at-reset"] },
    [
      [2, { do: "pin", modem: 1, is: "wrong" }],
      [3, { do: "pin", modem: 1, is: "right" }],
      [3, { do: "edit", how: "invalid" }],
      [35, { do: "edit", how: "back" }],
    ],
  ],
  [
    "a modem that hung before smsd could give it its PIN was never reset, since its SIM asked for the PIN",
    { ...WITH_PIN, begins: "fresh", rungs: ["restart-smsd", "at-reset"] },
    [[1, { do: "hang", modem: 0, way: "at-silent", cure: "at-reset" }]],
  ],
  [
    "a SIM that was out while smsd was down stayed missing for ever on a modem without a second port",
    { ...ONE, modems: [{ model: "EC200", pin: false }], interval: 60, rungs: ["restart-smsd"] },
    [
      [2, { do: "sim", modem: 0, is: "out" }],
      [2, { do: "command", what: "smsd-stop", modem: 0, lasts: 27_144 }],
      [3, { do: "remove-flag" }],
    ],
  ],
  [
    "an agent that was killed while the port was without power left it so",
    { ...ONE, modems: [{ model: "SIM7600", pin: false }], rungs: ["usb-power"] },
    [
      [1, { do: "kill-agent", lasts: 2_000, steps: "lost", during: "usb-power" }],
      [2, { do: "hang", modem: 0, way: "silent", cure: "usb-power" }],
    ],
  ],
  [
    "a recovery for a missing port was given up again and again, since the SIM was out as well",
    { ...ONE, interval: 15, rungs: ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"] },
    [
      [1, { do: "lose-at-port", modem: 0, what: "interface", cure: "usb-reset" }],
      [1, { do: "sim", modem: 0, is: "out" }],
    ],
  ],
];

test.each(FOUND)("no longer: %s", (_what, setup, events) => {
  const faults = events.map(([at, fault]) => ({ at: at * SECOND, fault }));
  const last = faults.at(-1)?.at ?? 0;
  // Healed at once, and healed late: what the agent has begun by then differs.
  for (const later of [1 * SECOND, 60 * SECOND, 600 * SECOND]) {
    const history: History = { seed: 1, setup, faults, span: last + later, flagAtEnd: "stays" };
    expect(play(history, decide).violation).toBeUndefined();
  }
});
