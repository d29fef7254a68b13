import type { AgentHost, UsbEvent } from "../../core/agent-ports.ts";
import type { SignalSample } from "../http/live.ts";
import type { Outcome, Transition } from "../model/step.ts";
import { Counters } from "./counters.ts";
import { exposition } from "./exposition.ts";
import { gatewayValues } from "./gateway-values.ts";
import type { Look } from "./look.ts";
import { modemValues } from "./modem-values.ts";
import { Sheet } from "./sheet.ts";
import { SignalHistory } from "./signal-history.ts";

/** The two clocks are never read at the same moment: a start that moved with each answer would look like restarts. */
const CLOCK_WAS_SET_S = 2;

export interface MetricsHost extends Pick<AgentHost, "monotonic" | "machineId"> {
  readonly clock: Pick<AgentHost["clock"], "now">;
  readonly program: Pick<AgentHost["program"], "version">;
}

/** What monitoring is told. It keeps the last pass and some sums; a text is made when somebody asks, and nothing before. */
export class Metrics {
  readonly counters = new Counters();
  readonly #history = new SignalHistory();
  readonly #host: MetricsHost;
  #look: Look | undefined;
  #startedAt = 0;

  constructor(host: MetricsHost) {
    this.#host = host;
  }

  /** A pass has been made. */
  decided(look: Look): void {
    if (look.inventory !== this.#look?.inventory) this.#history.retain(look.inventory.modems.map(({ name }) => name));
    this.counters.decided(look.inventory, look.decision, look.seen.outgoing);
    this.#look = look;
  }

  happened(transition: Transition): void {
    this.counters.happened(transition);
  }

  ended(outcome: Outcome): void {
    this.counters.ended(outcome);
    this.#history.heard(outcome, this.#host.clock.now().getTime());
  }

  hotplug(event: UsbEvent): void {
    this.counters.hotplug(event);
  }

  /** Signal strength by modem, oldest first. */
  signals(): Readonly<Record<string, readonly SignalSample[]>> {
    return this.#history.samples();
  }

  /** Everything in Prometheus' text format, as it is now. */
  text(): string {
    const sheet = new Sheet();
    this.#ownValues(sheet);
    this.counters.fill(sheet);
    if (this.#look) {
      gatewayValues(sheet, this.#look, this.#host.monotonic.now() - this.#look.now.monotonic);
      modemValues(sheet, this.#look, this.#host.machineId);
    }
    return exposition(sheet);
  }

  #ownValues(sheet: Sheet): void {
    const { user, system } = process.cpuUsage();
    const startedAt = this.#host.clock.now().getTime() / 1000 - process.uptime();
    if (Math.abs(startedAt - this.#startedAt) > CLOCK_WAS_SET_S) this.#startedAt = startedAt;
    sheet.set("provision_build_info", 1, { version: this.#host.program.version, nodejs: process.versions.node });
    sheet.set("smsgw_agent_start_time_seconds", this.#startedAt, {});
    sheet.set("smsgw_agent_resident_memory_bytes", process.memoryUsage.rss(), {});
    sheet.set("smsgw_agent_cpu_seconds_total", (user + system) / 1_000_000, {});
  }
}
