import type { DeliveryPorts } from "../../../../agent/delivery/ports.ts";
import type { DeliveryResult } from "../../../../agent/delivery/types.ts";
import type { Finding, OngoingFinding } from "../../../../agent/model/finding.ts";
import { findingKey } from "../../../../agent/model/finding.ts";
import type { Transition } from "../../../../agent/model/step.ts";
import type { NoticeClient, SignOfLife } from "../../../../agent/notify/client.ts";
import type { Notice } from "../../../../agent/notify/notice.ts";
import { Notices } from "../../../../agent/notify/notices.ts";
import type { AgentHost } from "../../../../core/agent-ports.ts";
import { ModemkeeperError } from "../../../../core/errors.ts";
import type { Inventory, Sink } from "../../../../core/model/inventory.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";
import { type Fate, ProcessDied } from "../../../helpers/memory-host.ts";
import { sampleInventory } from "../../../helpers/sample-inventory.ts";

const DELIVERED: DeliveryResult = { outcome: "delivered", detail: "it has it" };
export const DOWN: DeliveryResult = { outcome: "retry", detail: "connection refused" };

/** A receiver that a test plays; it outlives the agents that tell it. */
export class Receiver {
  /** What it took, in its order; again what came again. */
  readonly got: Notice[] = [];
  readonly signs: SignOfLife[] = [];
  answer: (notice: Notice) => DeliveryResult | Promise<DeliveryResult> = () => DELIVERED;

  /** @param lives whether the agent that tells it still does */
  client({ name, type }: Sink, lives: () => Promise<boolean>): NoticeClient {
    return {
      name,
      type,
      tell: async (notice) => {
        if (!(await lives())) return DOWN;
        const answer = await this.answer(notice);
        if (answer.outcome === "delivered") this.got.push(notice);
        return answer;
      },
      beat: async (sign) => {
        this.signs.push(sign);
        return DELIVERED;
      },
      close: async () => {},
    };
  }

  /** `phase code`. */
  get heard(): readonly string[] {
    return this.got.map(({ phase, code }) => `${phase} ${code}`);
  }
}

export function sink(name: string, options: Readonly<Record<string, unknown>> = {}, type = "webhook"): Sink {
  return { name, type, options: { minimum: "warning", retry_for: 86_400, refusals: 10, ...options }, secrets: {} };
}

/** A machine in memory with receivers, on which one agent after the other may run. */
export class NoticesDesk {
  readonly machine: MemoryAgentMachine;
  readonly receivers = new Map<string, Receiver>();
  readonly log: string[] = [];
  inventory: Inventory;
  notices: Notices;
  /** Whether the disk takes nothing. */
  isFull = false;
  host: AgentHost;
  #ongoing: readonly OngoingFinding[] = [];

  constructor(machine: MemoryAgentMachine, sinks: readonly Sink[]) {
    machine.time.jumps = false;
    this.machine = machine;
    this.inventory = withSinks(sinks);
    this.host = machine.agentHost();
    this.notices = this.#made();
  }

  receiver(name = "ops"): Receiver {
    const known = this.receivers.get(name);
    if (known) return known;
    const made = new Receiver();
    this.receivers.set(name, made);
    return made;
  }

  /** A new agent, with what is to happen to it. What the old one did not write is gone. */
  async restart(fate: Fate = {}): Promise<this> {
    this.host = this.machine.agentHost(fate);
    this.notices = this.#made();
    await this.notices.start();
    return this;
  }

  use(sinks: readonly Sink[], change: Partial<Inventory["notify"]> = {}): void {
    this.inventory = withSinks(sinks, change);
    this.notices.configure(this.inventory);
  }

  /** One pass of the agent. */
  async pass(findings: readonly Finding[] = [], events: readonly Transition[] = []): Promise<void> {
    const { machine } = this;
    const before = new Map(this.#ongoing.map((known) => [findingKey(known), known]));
    const wall = machine.now.getTime();
    this.#ongoing = findings.map((one) => ({ ...one, since: before.get(findingKey(one))?.since ?? wall }));
    const now = { wall, monotonic: machine.time.monotonic, bootId: machine.bootId };
    await this.notices.record(events, this.#ongoing, now);
    await machine.time.advance(0);
  }

  /** Lets seconds pass. */
  async after(seconds: number): Promise<this> {
    await this.machine.time.advance(seconds * 1000);
    return this;
  }

  get outbox(): readonly string[] {
    return [...this.machine.files.entries.keys()].filter((path) => path.startsWith("/var/lib/modemkeeper/outbox/"));
  }

  #fillable(files: AgentHost["files"]): AgentHost["files"] {
    const write: typeof files.write = async (path, spec) => {
      if (this.isFull) throw new ModemkeeperError("io", "no space left on the device");
      await files.write(path, spec);
    };
    return new Proxy(files, { get: (target, key) => (key === "write" ? write : Reflect.get(target, key)) });
  }

  #made(): Notices {
    const host = { ...this.host, files: this.#fillable(this.host.files) };
    return new Notices(
      {
        host,
        ports: unusedPorts(host),
        log: {
          write: (level, message) => void this.log.push(`${level}: ${message}`),
          error: (message) => void this.log.push(`error: ${message}`),
        },
        verdict: () => ({ level: "ok", sentence: "smsd runs and every modem works" }),
        modemWorks: () => true,
        client: async (one) => this.receiver(one.name).client(one, () => lives(host)),
      },
      this.inventory,
    );
  }
}

/** False for a process that was killed. */
export async function lives({ files }: Pick<AgentHost, "files">): Promise<boolean> {
  try {
    await files.list("/");
    return true;
  } catch (error) {
    if (error instanceof ProcessDied) return false;
    throw error;
  }
}

/** Ports that no client of a test asks. */
export function unusedPorts({ clock, secrets }: AgentHost): DeliveryPorts {
  const unused = async (): Promise<never> => {
    throw new Error("no test asks for this");
  };
  return {
    web: { send: unused, close: async () => {} },
    brokers: { connect: unused },
    handlers: { run: unused },
    lineFiles: { append: unused },
    secrets,
    clock,
    hostName: "gw1",
    version: "1.2.3",
  };
}

export async function noticesDesk(sinks: readonly Sink[] = [sink("ops")]): Promise<NoticesDesk> {
  const desk = new NoticesDesk(await memoryAgentMachine(), sinks);
  await desk.notices.start();
  return desk;
}

function withSinks(sinks: readonly Sink[], change: Partial<Inventory["notify"]> = {}): Inventory {
  return sampleInventory({ notify: { sinks, heartbeat: 0, levels: {}, mostPerHour: 30, ...change } });
}
