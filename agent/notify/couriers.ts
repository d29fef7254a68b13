import { messageOf } from "../../core/errors.ts";
import type { Inventory, Sink } from "../../core/model/inventory.ts";
import { patienceOf } from "../delivery/options.ts";
import type { AgentLog } from "../log.ts";
import type { Counters } from "../metrics/counters.ts";
import type { SinkState } from "../model/delivery.ts";
import type { OngoingFinding } from "../model/finding.ts";
import type { SignOfLife } from "./client.ts";
import { Courier, type CourierDesk } from "./courier.ts";
import { Heartbeats, wantsHeartbeat } from "./heartbeats.ts";
import type { KeptNotice } from "./kept.ts";
import type { Outbox } from "./outbox.ts";
import { noticeClient } from "./sinks/notice-client.ts";
import type { NoticeMeans } from "./sinks/notice-means.ts";

export interface CouriersMeans extends Omit<NoticeMeans, "smsd"> {
  readonly log: AgentLog;
  readonly counters?: Counters;
  /** The client of a receiver; the real ones where it is absent. */
  readonly client?: typeof noticeClient;
}

/** What a sink was when its courier was made: another one is made when it changes. */
interface Manned {
  readonly print: string;
  readonly sink: Sink;
  readonly courier: Courier;
}

/** What a receiver that shows all that lasts is told to show. */
type Standing = (sink: string) => readonly OngoingFinding[];

export interface CouriersParts {
  readonly outbox: Outbox;
  readonly standing: Standing;
  readonly sign: () => Omit<SignOfLife, "next" | "at">;
}

/** One courier for each receiver of the inventory in force, and the signs of life of those that want them. */
export class Couriers {
  readonly #means: CouriersMeans;
  readonly #outbox: Outbox;
  readonly #standing: Standing;
  readonly #heartbeats: Heartbeats;
  readonly #couriers = new Map<string, Manned>();
  readonly #unusable = new Map<string, string>();
  #manning: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(means: CouriersMeans, { outbox, standing, sign }: CouriersParts) {
    this.#means = means;
    this.#outbox = outbox;
    this.#standing = standing;
    this.#heartbeats = new Heartbeats(means.host, sign);
  }

  /** Receivers as this inventory has them; settles when they are. Never fails. */
  man(inventory: Inventory): Promise<void> {
    // One after the other.
    this.#manning = this.#manning
      .then(() => this.#manAll(inventory))
      .catch((error: unknown) => {
        this.#means.log.error(`receivers of notices could not be set up: ${messageOf(error)}`, error);
      });
    return this.#manning;
  }

  /** To all who wait for it. */
  carry(kept: KeptNotice): void {
    for (const name of Object.keys(kept.waiting)) this.#couriers.get(name)?.courier.add(kept);
  }

  forget(id: string): void {
    for (const { courier } of this.#couriers.values()) courier.forget(id);
  }

  /** What lasts is another now. */
  standingChanged(): void {
    for (const { sink, courier } of this.#couriers.values()) {
      courier.client.standing?.update(this.#standing(sink.name));
    }
  }

  states(): readonly SinkState[] {
    return [...this.#couriers.values()].map(({ courier }) => {
      const state = courier.state();
      const failing = state.failing ?? this.#heartbeats.failing(state.name);
      return failing ? { ...state, failing } : state;
    });
  }

  /** Of receivers that cannot be set up, a sentence each. */
  trouble(): readonly string[] {
    return [...this.#unusable.values()];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#manning;
    await Promise.all([this.#heartbeats.stop(), ...[...this.#couriers.values()].map(({ courier }) => courier.stop())]);
  }

  async #manAll(inventory: Inventory): Promise<void> {
    const { sinks, heartbeat } = inventory.notify;
    const wanted = new Map(sinks.map((sink) => [sink.name, JSON.stringify([sink, inventory.smsd])]));
    const leaving = [...this.#couriers].filter(([name, { print }]) => wanted.get(name) !== print);
    for (const [name] of leaving) this.#couriers.delete(name);
    await Promise.all(leaving.map(([, { courier }]) => courier.stop()));
    this.#outbox.retain(new Set(wanted.keys()));
    this.#unusable.clear();
    for (const sink of sinks) {
      if (this.#stopped || this.#couriers.has(sink.name)) continue;
      await this.#employ(sink, inventory, wanted.get(sink.name) ?? "");
    }
    const beating = [...this.#couriers.values()].filter(({ sink }) => wantsHeartbeat(sink));
    await this.#heartbeats.set(this.#stopped ? [] : beating.map(({ courier }) => courier.client), heartbeat);
  }

  async #employ(sink: Sink, { smsd }: Inventory, print: string): Promise<void> {
    const { host, ports, modemWorks, client = noticeClient } = this.#means;
    try {
      const made = await client(sink, { host, ports, smsd, modemWorks });
      const courier = new Courier(host, made, this.#deskOf(sink), patienceOf(sink));
      this.#couriers.set(sink.name, { print, sink, courier });
      for (const kept of this.#outbox.all()) if (Object.hasOwn(kept.waiting, sink.name)) courier.add(kept);
      courier.start();
      made.standing?.update(this.#standing(sink.name));
    } catch (error) {
      const sentence = `${sink.name} cannot be told anything: ${messageOf(error)}`;
      this.#unusable.set(sink.name, sentence);
      this.#means.log.write("warning", sentence);
    }
  }

  #deskOf({ name }: Sink): CourierDesk {
    const { counters } = this.#means;
    return {
      notice: (id) => this.#outbox.get(id),
      tried: (id, progress) => {
        counters?.notice(name, "unavailable");
        this.#outbox.tried(id, name, progress);
      },
      broken: (error) => this.#means.log.error(`${name} is told nothing more: ${messageOf(error)}`, error),
      settled: (id, how, why) => {
        this.#outbox.settled(id, name);
        counters?.notice(name, how === "delivered" ? "delivered" : "given-up");
        if (how === "dead") this.#means.log.write("warning", `notice ${id} is given up for ${name}: ${why}`);
      },
    };
  }
}
