import { decide } from "../../agent/decide/decide.ts";
import type { DecisionInput } from "../../agent/decide/types.ts";
import { Metrics } from "../../agent/metrics/metrics.ts";
import type { SinkState } from "../../agent/model/delivery.ts";
import type { Moment } from "../../agent/model/observation.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { historyOf } from "../simulation/history/generate.ts";
import { play } from "../simulation/run/driver.ts";

/** What the modems of the simulated world say of themselves, and nobody else may hear. */
export const SECRETS: readonly string[] = ["86000000000000", "26201000000000"];

const SINKS = ["crm", "log"] as const;

/**
 * Plays the history of faults of this seed, and gives what monitoring would be told after each pass. `isNew`: there may be
 * fewer series than before, since the inventory is another one.
 */
export function metricsOfHistory(seed: number, hear: (text: string, isNew: boolean) => void): void {
  let now: Moment = { wall: 0, monotonic: 0, bootId: "" };
  const metrics = new Metrics({
    clock: { now: () => new Date(now.wall) },
    monotonic: { now: () => now.monotonic, bootId: "" },
    machineId: "0123456789abcdef0123456789abcdef",
    program: { version: "1.2.3" },
  });
  const receiving = new Map<Inventory, Inventory>();
  let pass = 0;
  play(historyOf(seed), (input) => {
    const decision = decide(input);
    const isNew = !receiving.has(input.inventory);
    const inventory = receiving.get(input.inventory) ?? withReceivers(input.inventory);
    receiving.set(input.inventory, inventory);
    now = input.now;
    pass += 1;
    for (const outcome of input.seen.outcomes) metrics.ended(outcome);
    happen(metrics, pass);
    metrics.decided({ inventory, seen: withDeliveries(input, pass), decision, now });
    hear(metrics.text(), isNew);
    return decision;
  });
}

function withReceivers(inventory: Inventory): Inventory {
  const sinks = SINKS.map((name) => ({ name, type: "webhook", options: {}, secrets: {} }));
  return { ...inventory, incoming: { ...inventory.incoming, sinks }, notify: { ...inventory.notify, sinks } };
}

/** The simulated world has no receivers: here they come and go by the number of the pass. */
function withDeliveries({ seen, now }: DecisionInput, pass: number): DecisionInput["seen"] {
  const waiting = pass % 7;
  const sinks: readonly SinkState[] = SINKS.map((name, index) => ({
    ...{ name, type: "webhook", waiting, oldest: waiting * 1_000, delivered: pass },
    ...((pass + index) % 3 === 0 ? { failing: { since: now.monotonic, detail: "it answered 503" } } : {}),
    ...(pass > 5 ? { lastDeliveredAt: now.wall } : {}),
  }));
  return {
    ...seen,
    incoming: { sinks, waiting, deadLetters: pass % 4, duplicates: pass, trouble: [] },
    notices: { sinks, waiting, trouble: [] },
  };
}

function happen({ counters }: Metrics, pass: number): void {
  const outcome = (["delivered", "retry", "refused"] as const)[pass % 3] ?? "delivered";
  counters.received("SIM7600");
  for (const sink of SINKS) {
    counters.forwarding(sink, outcome, pass * 37);
    counters.notice(sink, outcome === "retry" ? "unavailable" : "delivered");
  }
  counters.requested("/metrics", pass % 5 === 0 ? 503 : 200);
  counters.hotplug({ kind: pass % 2 === 0 ? "attach" : "detach", usb: "1e0e:9001", bus: 1, ports: [1] });
}
