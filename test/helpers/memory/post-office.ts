import type { DeliveryResult, Envelope } from "../../../agent/delivery/types.ts";
import { Incoming } from "../../../agent/incoming/incoming.ts";
import type { DeadLettered } from "../../../agent/incoming/settlements.ts";
import { INCOMING_STATE } from "../../../agent/paths.ts";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { Inventory, Sink } from "../../../core/model/inventory.ts";
import { smsdFile } from "../incoming/smsd-file.ts";
import { sampleInventory } from "../sample-inventory.ts";
import { MemorySpool } from "./memory-spool.ts";
import { MemoryTime } from "./memory-time.ts";

export const INCOMING = "/var/spool/sms/incoming";
export const REPORT = "/var/spool/sms/report";
export const PROCESSED = "/var/spool/modemkeeper/processed";
export const DEAD = "/var/spool/modemkeeper/dead-letter";
export const STATES = INCOMING_STATE;

/** What one receiver got, oldest first. */
export interface Got {
  readonly sink: string;
  readonly envelope: Envelope;
}

export type Answer = (envelope: Envelope, attempt: number) => DeliveryResult | Promise<DeliveryResult>;

/** What is to happen to a process; calls of its ports count from 1. */
export interface Fate {
  readonly dieAt?: number;
  /** This call is refused once, as on a full disk. */
  readonly failAt?: number;
  /** Calls that are refused as long as this holds. */
  readonly refuses?: (line: string) => boolean;
}

class ProcessDied extends Error {}

/** smsd's spool and receivers, which outlive the agents that work on them. */
export class PostOffice {
  readonly spool = new MemorySpool();
  wall = Date.UTC(2026, 10, 22, 12);
  readonly time = new MemoryTime((step) => {
    this.wall += step;
  });
  readonly got: Got[] = [];
  /** What each receiver answers; it has taken what it says it has. */
  readonly answers = new Map<string, Answer>();
  readonly deadLettered: DeadLettered[] = [];
  readonly log: string[] = [];
  readonly #attempts = new Map<string, number>();

  constructor() {
    for (const folder of [INCOMING, REPORT]) this.spool.folder(folder);
  }

  /** smsd writes a message. */
  sms(name: string, from: string, text: string, at = this.wall): void {
    this.spool.put(INCOMING, name, smsdFile({ from, text }), BigInt(at) * 1_000_000n);
  }

  /** A new process of the agent. */
  agent(fate: Fate = {}): Agent {
    return new Agent(this, fate);
  }

  /** Texts that a receiver got from one sender, oldest first. */
  texts(sink: string, from?: string): readonly string[] {
    return this.got.flatMap(({ sink: name, envelope }) => {
      const { text, from: sender } = envelope.data as { readonly text?: string; readonly from?: string };
      return name === sink && (from === undefined || sender === from) ? [text ?? ""] : [];
    });
  }

  async answer(sink: string, envelope: Envelope): Promise<DeliveryResult> {
    const attempt = (this.#attempts.get(`${sink} ${envelope.id}`) ?? 0) + 1;
    this.#attempts.set(`${sink} ${envelope.id}`, attempt);
    const result = (await this.answers.get(sink)?.(envelope, attempt)) ?? { outcome: "delivered", detail: "taken" };
    if (result.outcome === "delivered") this.got.push({ sink, envelope });
    return result;
  }
}

/** One process of the agent. */
export class Agent {
  readonly incoming: Incoming;
  /** Calls of its ports, in order. */
  readonly calls: string[] = [];
  readonly #fate: Fate;
  readonly #office: PostOffice;
  #dead = false;

  constructor(office: PostOffice, fate: Fate) {
    this.#office = office;
    this.#fate = fate;
    this.incoming = new Incoming({
      host: {
        clock: {
          now: () => new Date(office.wall),
          sleep: (ms, signal) => this.#live(() => office.time.sleep(ms, signal)),
        },
        monotonic: { now: () => office.time.monotonic, bootId: "boot" },
      },
      spoolFiles: mortal(office.spool.files((line) => this.#gate(line))),
      watch: office.spool.watch(() => !this.#dead),
      connect: async (sink) => this.#client(sink),
      hostName: "box",
      log: { write: (_level, message) => void office.log.push(message), error: () => {} },
      deadLettered: (letter) => void office.deadLettered.push(letter),
    });
  }

  get dead(): boolean {
    return this.#dead;
  }

  kill(): void {
    this.#dead = true;
  }

  /** Runs until `done`, or until it has died. Time jumps where nothing happens. */
  async until(done: () => boolean, what = "it"): Promise<void> {
    for (let turns = 0; !done() && !this.#dead; turns += 1) {
      if (turns > 200_000) throw new Error(`${what} never came about`);
      await new Promise((resume) => setImmediate(resume));
    }
  }

  /** Everything that lies in smsd's folder has been put away. */
  async emptied(): Promise<void> {
    const { spool } = this.#office;
    await this.until(
      () => spool.names(INCOMING).length + spool.names(REPORT).length === 0 && this.incoming.state()?.waiting === 0,
      "an empty spool",
    );
  }

  #gate(line: string): void {
    if (this.#dead) throw new ProcessDied();
    this.calls.push(line);
    if (this.calls.length === this.#fate.dieAt) {
      this.#dead = true;
      throw new ProcessDied();
    }
    if (this.calls.length === this.#fate.failAt || this.#fate.refuses?.(line)) {
      throw new ModemkeeperError("io", `${line.split(" ")[0]}: no space left`);
    }
  }

  #live<T>(work: () => Promise<T>): Promise<T> {
    return this.#dead ? new Promise<T>(() => {}) : work();
  }

  #client(sink: Sink) {
    return {
      name: sink.name,
      type: sink.type,
      parallel: Number(sink.options.parallel ?? 1),
      deliver: async (envelope: Envelope): Promise<DeliveryResult> => {
        const before = mortalCall(() => this.#gate(`deliver ${sink.name} ${envelope.id}`));
        if (before) return before;
        const result = await this.#office.answer(sink.name, envelope);
        // Killed between the receiver's word and our hearing it.
        return mortalCall(() => this.#gate(`heard ${sink.name} ${envelope.id}`)) ?? result;
      },
      close: async () => {},
    };
  }
}

/** The network fails as the disk does; a dead process hears nothing. */
function mortalCall(gate: () => void): Promise<DeliveryResult> | DeliveryResult | undefined {
  try {
    gate();
    return undefined;
  } catch (error) {
    if (error instanceof ProcessDied) return new Promise(() => {});
    return { outcome: "retry", detail: "the network is unreachable" };
  }
}

/** A dead process's calls come to nothing: they neither succeed nor fail. */
function mortal<T extends object>(port: T): T {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function" || key === "look" || key === "read" || key === "names") return member;
      const method: (...args: readonly unknown[]) => Promise<unknown> = member.bind(target);
      return (...args: readonly unknown[]) =>
        method(...args).catch((error: unknown) => {
          if (error instanceof ProcessDied) return new Promise(() => {});
          throw error;
        });
    },
  });
}

export function sink(name: string, options: Readonly<Record<string, unknown>> = {}): Sink {
  return { name, type: "webhook", options: { parallel: 4, retry_for: 86_400, refusals: 2, ...options }, secrets: {} };
}

export function inventoryWith(sinks: readonly Sink[], section: Partial<Inventory["incoming"]> = {}): Inventory {
  const inventory = sampleInventory();
  return {
    ...inventory,
    smsd: { ...inventory.smsd, spool: { ...inventory.smsd.spool, incoming: INCOMING, report: REPORT } },
    incoming: {
      ...{ processed: PROCESSED, deadLetter: DEAD, keepFor: 30, keepAtMost: 100_000, duplicateWindow: 86_400 },
      ...section,
      sinks,
    },
  };
}

/** A process of the agent at work, with the sink `a` unless others are given. */
export async function started(
  office: PostOffice,
  sinks: readonly Sink[] = [sink("a")],
  section: Partial<Inventory["incoming"]> = {},
): Promise<Agent> {
  const agent = office.agent();
  await agent.incoming.start(inventoryWith(sinks, section));
  return agent;
}
