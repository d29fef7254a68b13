import { decide } from "../agent/decide/decide.ts";
import type { DecisionInput } from "../agent/decide/types.ts";
import type { History, TimedFault } from "../test/simulation/history/types.ts";
import { play } from "../test/simulation/run/driver.ts";
import { plainSeries, type Row } from "./row.ts";

const CYCLES = 10_000;
/** Out for three seconds, and time to be recognised and checked. */
const CYCLE_MS = 20_000;
const OUT_MS = 3_000;
/** What is remembered of a modem comes into being in the first cycles. */
const SETTLED = 100;

/** What the agent remembers after 10,000 times that a modem went and came, beside what it remembered after 100. */
export function hotplugGrowthRow(): Row {
  const sizes: { readonly at: number; readonly octets: number }[] = [];
  let begun: number | undefined;
  const result = play(history(), (input: DecisionInput) => {
    const decision = decide(input);
    begun ??= input.now.monotonic;
    const { memory, findings, wakeAt } = decision;
    sizes.push({ at: input.now.monotonic - begun, octets: JSON.stringify({ memory, findings, wakeAt }).length });
    return decision;
  });
  if (result.violation) throw new Error(`the simulation broke: ${JSON.stringify(result.violation)}`);
  const early = sizes.filter(({ at }) => at > (SETTLED / 2) * CYCLE_MS && at < SETTLED * CYCLE_MS);
  const late = sizes.filter(({ at }) => at > (CYCLES - SETTLED / 2) * CYCLE_MS && at < CYCLES * CYCLE_MS);
  return {
    name: `octets remembered after ${CYCLES} hotplug cycles (simulated)`,
    unit: "",
    ours: plainSeries(
      "agent",
      late.map(({ octets }) => octets),
    ),
    peer: plainSeries(
      `after ${SETTLED}`,
      early.map(({ octets }) => octets),
    ),
    // Numbers get longer, nothing else.
    targets: [{ kind: "times-as-much", limit: 1.05 }],
  };
}

function history(): History {
  return {
    seed: 1,
    setup: {
      modems: [{ model: "SIM7600", pin: false }],
      interval: 30,
      failures: 3,
      rungs: ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"],
      longestBackoff: 3_600,
      begins: "running",
    },
    faults: Array.from({ length: CYCLES }, (_, cycle) => cycleAt((cycle + 1) * CYCLE_MS)).flat(),
    span: (CYCLES + 2) * CYCLE_MS,
    flagAtEnd: "removed",
  };
}

function cycleAt(at: number): readonly TimedFault[] {
  return [
    { at, fault: { do: "unplug", modem: 0 } },
    { at: at + OUT_MS, fault: { do: "plug", modem: 0 } },
  ];
}
