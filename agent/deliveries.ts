import type { AgentHost } from "../core/agent-ports.ts";
import { messageOf } from "../core/errors.ts";
import type { Inventory } from "../core/model/inventory.ts";
import type { DeliveryPorts } from "./delivery/ports.ts";
import { sinkClient } from "./delivery/sink-client.ts";
import { Incoming } from "./incoming/incoming.ts";
import type { DeadLettered } from "./incoming/settlements.ts";
import type { AgentLog } from "./log.ts";
import type { Counters } from "./metrics/counters.ts";
import type { Observation } from "./model/observation.ts";
import type { Transition } from "./model/step.ts";
import { Notices } from "./notify/notices.ts";
import { Outgoing } from "./outgoing/outgoing.ts";
import type { AgentState } from "./state.ts";

export interface DeliveriesMeans {
  readonly host: AgentHost;
  readonly log: AgentLog;
  readonly counters: Counters;
  /** How the gateway stood at the last pass; undefined before the first. */
  state(): AgentState | undefined;
  /** Something happened between two passes. */
  happened(transition: Transition): void;
  /** What was learned calls for a pass. */
  news(): void;
}

/** Everything that leaves the machine, and what became of what was sent: received messages, notices, failed messages. */
export class Deliveries {
  readonly #means: DeliveriesMeans;
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;
  readonly notices: Notices;
  #inventory: Inventory;
  #taken: Promise<void> = Promise.resolve();

  /** Does nothing before `start`. */
  constructor(means: DeliveriesMeans, inventory: Inventory) {
    const { host, log, counters } = means;
    const { delivery } = host;
    const ports = portsOf(host);
    this.#means = means;
    this.#inventory = inventory;
    this.notices = new Notices(
      {
        host,
        log,
        ports,
        counters,
        verdict: () => means.state()?.verdict ?? { level: "info", sentence: "The agent has just started." },
        modemWorks: (name) => canSend(means.state(), name),
      },
      inventory,
    );
    this.#incoming = new Incoming({
      host,
      log,
      spoolFiles: delivery.spoolFiles,
      watch: delivery.watch,
      hostName: delivery.hostName,
      connect: (sink) => sinkClient(sink, ports),
      deadLettered: (letter) => means.happened(deadLetter(letter)),
      counters,
    });
    this.#outgoing = new Outgoing({ ...host, ...delivery }, () => means.news());
  }

  /** Takes up what an earlier agent left. Never fails: what cannot be delivered is a finding. */
  async start(): Promise<void> {
    await this.notices.start();
    this.#outgoing.start(this.#inventory.smsd.spool);
    this.#receive();
  }

  /** The inventory in force; costs nothing while it is the same. */
  configure(inventory: Inventory): void {
    if (inventory === this.#inventory) return;
    const { spool } = this.#inventory.smsd;
    this.#inventory = inventory;
    this.notices.configure(inventory);
    this.#receive();
    if (JSON.stringify(spool) !== JSON.stringify(inventory.smsd.spool)) {
      this.#after(async () => {
        await this.#outgoing.stop();
        this.#outgoing.start(inventory.smsd.spool);
      });
    }
  }

  observe(): Pick<Observation, "incoming" | "notices" | "outgoing"> {
    const incoming = this.#incoming.state();
    return {
      ...(incoming ? { incoming } : {}),
      notices: this.notices.state(),
      outgoing: this.#outgoing.observe(),
    };
  }

  /** What was observed has been written down. */
  async acknowledge({ outgoing }: Observation): Promise<void> {
    if (!outgoing) return;
    await this.#outgoing.acknowledge(outgoing).catch((error: unknown) => {
      this.#means.log.write("warning", `failed messages may be told of twice: ${messageOf(error)}`);
    });
  }

  /** Settles within two seconds: what was under way has ended or was cut off, and is on disk. */
  async stop(): Promise<void> {
    await this.#taken;
    await Promise.all([this.#incoming.stop(), this.#outgoing.stop()]);
    // Last: a message that was given up meanwhile is told of.
    await this.notices.stop();
    await this.#means.host.delivery.web.close();
  }

  #receive(): void {
    this.#after(() => this.#incoming.configure(this.#inventory));
  }

  #after(task: () => Promise<void>): void {
    this.#taken = this.#taken.then(task).catch((error: unknown) => {
      this.#means.log.error(`messages cannot be delivered: ${messageOf(error)}`, error);
    });
  }
}

/** What clients of receivers ask of this machine. */
export function portsOf({ delivery, secrets, clock, program }: AgentHost): DeliveryPorts {
  const { web, brokers, handlers, lineFiles, hostName } = delivery;
  return { web, brokers, handlers, lineFiles, hostName, secrets, clock, version: program.version };
}

/** A modem, or any, is there, is not being recovered or left out, and smsd runs. */
function canSend(state: AgentState | undefined, name: string | undefined): boolean {
  if (!state || state.smsd.pids.length + state.smsd.strays.length === 0) return false;
  return state.modems.some(
    (modem) =>
      (name === undefined || modem.name === name) && modem.present && !modem.suspended && modem.recovery === undefined,
  );
}

function deadLetter({ id, reason }: DeadLettered): Transition {
  return {
    subject: "host",
    code: "message-dead-lettered",
    level: "warning",
    sentence: `A received message could not be delivered and is kept as a dead letter (${id.slice(0, 12)}): ${reason}`,
    phase: "done",
    notify: true,
  };
}
