import type { UsbEvent } from "../../core/agent-ports.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { Decision } from "../decide/types.ts";
import type { DeliveryResult } from "../delivery/types.ts";
import type { OutgoingObservation } from "../model/outgoing.ts";
import type { Outcome, Transition } from "../model/step.ts";
import { FORWARD_BUCKETS, type LabelsOf, type NameOf } from "./catalogue.ts";
import { modemOf } from "./look.ts";
import type { Labels, Sheet } from "./sheet.ts";
import { Spread, Tally } from "./tally.ts";

/** What is counted here as it happens; the rest is known from the last pass. */
const COUNTED = [
  "smsgw_agent_looks_total",
  "smsgw_transitions_total",
  "smsgw_steps_total",
  "smsgw_send_failures_total",
  "smsgw_recoveries_total",
  "smsgw_probes_total",
  "smsgw_hotplug_events_total",
  "smsgw_messages_received_total",
  "smsgw_messages_forwarded_total",
  "smsgw_forward_failures_total",
  "smsgw_messages_dead_lettered_total",
  "smsgw_notices_delivered_total",
  "smsgw_notice_failures_total",
  "smsgw_http_requests_total",
] as const satisfies readonly NameOf<"counter">[];

type Counted = (typeof COUNTED)[number];

const PROBE_RESULTS = ["answered", "silent", "not-asked"] as const;
const RECOVERY_RESULTS = ["succeeded", "failed", "given-up"] as const;
/** How a recovery ends, by the code that says so. */
const ENDS: ReadonlyMap<string, (typeof RECOVERY_RESULTS)[number]> = new Map([
  ["recovery-succeeded", "succeeded"],
  ["recovery-failed", "failed"],
  ["recovery-given-up", "given-up"],
  ["modem-absent", "given-up"],
]);
/** Where no rung was needed. */
const NO_RUNG = "none";

/** What has happened since the agent started. Costs a few numbers, and nothing while nothing happens. */
export class Counters {
  readonly #tallies = new Map<Counted, Tally>(COUNTED.map((name) => [name, new Tally()]));
  readonly #forwarding = new Spread("sink", FORWARD_BUCKETS);
  #inventory: Inventory | undefined;

  decided(inventory: Inventory, { transitions, memory }: Decision, outgoing: OutgoingObservation | undefined): void {
    if (inventory !== this.#inventory) this.#configure(inventory);
    this.#count("smsgw_agent_looks_total", {});
    for (const transition of transitions) {
      this.happened(transition);
      const result = transition.phase === "done" ? ENDS.get(transition.code) : undefined;
      const modem = modemOf(transition.subject);
      if (result === undefined || modem === "") continue;
      const rung = memory.modems[modem]?.lastRecovery?.rung ?? NO_RUNG;
      this.#count("smsgw_recoveries_total", { modem, rung, result });
    }
    for (const { count, modem } of outgoing?.failed ?? []) {
      this.#count("smsgw_send_failures_total", { modem: this.#known(modem) }, count);
    }
  }

  happened({ code, phase }: Pick<Transition, "code" | "phase">): void {
    this.#count("smsgw_transitions_total", { code, phase });
  }

  ended({ step, ok, probe }: Outcome): void {
    this.#count("smsgw_steps_total", { step: step.do, result: ok ? "ok" : "failed" });
    if (step.do !== "probe") return;
    const result = probe ? (probe.answered ? "answered" : "silent") : "not-asked";
    this.#count("smsgw_probes_total", { modem: step.modem, result });
  }

  hotplug({ kind }: UsbEvent): void {
    this.#count("smsgw_hotplug_events_total", { type: kind });
  }

  /** A received message was taken up. `modem`: as the message's file says. */
  received(modem: string): void {
    this.#count("smsgw_messages_received_total", { modem: this.#known(modem) });
  }

  /** An attempt to deliver a message has ended. `age`: milliseconds since smsd wrote it. */
  forwarding(sink: string, outcome: DeliveryResult["outcome"], age: number): void {
    if (outcome === "delivered") {
      this.#count("smsgw_messages_forwarded_total", { sink });
      this.#forwarding.observe(sink, Math.max(0, age) / 1000);
    } else {
      const reason = outcome === "refused" ? "refused" : "unavailable";
      this.#count("smsgw_forward_failures_total", { sink, reason });
    }
  }

  deadLettered(): void {
    this.#count("smsgw_messages_dead_lettered_total", {});
  }

  /** What became of a notice, or of an attempt that is made again. */
  notice(sink: string, how: "delivered" | "unavailable" | "given-up"): void {
    if (how === "delivered") this.#count("smsgw_notices_delivered_total", { sink });
    else this.#count("smsgw_notice_failures_total", { sink, reason: how });
  }

  /** `route`: a template of the API, never the address that was asked for. */
  requested(route: string, status: number): void {
    this.#count("smsgw_http_requests_total", { route, status: `${Math.trunc(status / 100)}xx` });
  }

  fill(sheet: Sheet): void {
    for (const [name, tally] of this.#tallies) sheet.add(name, tally.samples());
    sheet.distribute("smsgw_forward_duration_seconds", this.#forwarding.distributions());
  }

  #count<N extends Counted>(name: N, labels: LabelsOf<N>, amount = 1): void {
    this.#tallies.get(name)?.add(labels, amount);
  }

  /** A message's file may name any modem: its writer may have forged it. */
  #known(modem: string | undefined): string {
    return this.#inventory?.modems.find(({ name }) => name === modem)?.name ?? "";
  }

  /** Series of what the inventory no longer has go; those of what it has are there from the beginning, at 0, so that the first increase is seen. */
  #configure(inventory: Inventory): void {
    this.#inventory = inventory;
    const modems = new Set(["", ...inventory.modems.map(({ name }) => name)]);
    const messages = inventory.incoming.sinks.map(({ name }) => name);
    const sinks = new Set([...messages, ...inventory.notify.sinks.map(({ name }) => name)]);
    const exists = ({ modem = "", sink }: Labels) => modems.has(modem) && (sink === undefined || sinks.has(sink));
    for (const tally of this.#tallies.values()) tally.retain(exists);
    this.#forwarding.retain((sink) => sinks.has(sink));
    this.#prepareModems(inventory);
    for (const sink of messages) this.#prepareReceiver(sink);
    for (const { name: sink } of inventory.notify.sinks) {
      this.#count("smsgw_notices_delivered_total", { sink }, 0);
      for (const reason of ["unavailable", "given-up"]) this.#count("smsgw_notice_failures_total", { sink, reason }, 0);
    }
    for (const type of ["attach", "detach"]) this.#count("smsgw_hotplug_events_total", { type }, 0);
    if (messages.length > 0) this.#count("smsgw_messages_dead_lettered_total", {}, 0);
  }

  #prepareModems({ modems, watchdog, incoming }: Inventory): void {
    for (const { name: modem } of modems) {
      this.#count("smsgw_send_failures_total", { modem }, 0);
      if (incoming.sinks.length > 0) this.#count("smsgw_messages_received_total", { modem }, 0);
      for (const result of PROBE_RESULTS) this.#count("smsgw_probes_total", { modem, result }, 0);
      for (const rung of [NO_RUNG, ...watchdog.rungs]) {
        for (const result of RECOVERY_RESULTS) this.#count("smsgw_recoveries_total", { modem, rung, result }, 0);
      }
    }
  }

  #prepareReceiver(sink: string): void {
    this.#forwarding.prepare(sink);
    this.#count("smsgw_messages_forwarded_total", { sink }, 0);
    for (const reason of ["unavailable", "refused"]) this.#count("smsgw_forward_failures_total", { sink, reason }, 0);
  }
}
