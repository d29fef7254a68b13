import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Inventory, Sink } from "../../core/model/inventory.ts";
import { patienceOf } from "../delivery/options.ts";
import type { AgentLog } from "../log.ts";
import type { Counters } from "../metrics/counters.ts";
import type { NoticesState, SinkState } from "../model/delivery.ts";
import type { OngoingFinding } from "../model/finding.ts";
import type { Moment } from "../model/observation.ts";
import type { Transition } from "../model/step.ts";
import type { SignOfLife } from "./client.ts";
import { Courier } from "./courier.ts";
import { decideNotices } from "./decide.ts";
import { Heartbeats, wantsHeartbeat } from "./heartbeats.ts";
import { Outbox } from "./outbox.ts";
import { type NoticeRules, noticeRules, standingFor } from "./rules.ts";
import { noticeClient } from "./sinks/notice-client.ts";
import type { NoticeMeans } from "./sinks/notice-means.ts";
import { NoticeStore } from "./store.ts";

export interface NoticesMeans extends Omit<NoticeMeans, "smsd" | "host"> {
  readonly host: NoticeMeans["host"] & Pick<AgentHost, "stats">;
  readonly log: AgentLog;
  /** How things stand, for signs of life. */
  verdict(): SignOfLife["verdict"];
  readonly counters?: Counters;
  /** The client of a receiver; the real ones where it is absent. */
  readonly client?: typeof noticeClient;
}

/** A disk that took nothing is asked again so often. */
const ASK_DISK_EVERY_MS = 30_000;
/** Told to everybody but the receiver that it is about. */
const ABOUT_SINKS = "notices-failing";

/** What a sink was when its courier was made: another one is made when it changes. */
interface Manned {
  readonly print: string;
  readonly sink: Sink;
  readonly courier: Courier;
}

/** Makes notices of what the agent decides, keeps them on disk, and brings each receiver its own. */
export class Notices {
  readonly #means: NoticesMeans;
  readonly #outbox: Outbox;
  readonly #store: NoticeStore;
  readonly #heartbeats: Heartbeats;
  readonly #couriers = new Map<string, Manned>();
  readonly #unusable = new Map<string, string>();
  readonly #startedAt: number;
  #inventory: Inventory;
  #rules: NoticeRules;
  #manning: Promise<void> = Promise.resolve();
  #recording: Promise<void> = Promise.resolve();
  #standing: readonly OngoingFinding[] = [];
  #dropped = 0;
  #askDiskAt = 0;
  #stopped = false;

  /** Does nothing before `start`. */
  constructor(means: NoticesMeans, inventory: Inventory) {
    this.#means = means;
    this.#inventory = inventory;
    this.#rules = noticeRules(inventory);
    this.#outbox = new Outbox(means.host);
    this.#store = new NoticeStore(means.host);
    this.#startedAt = means.host.monotonic.now();
    this.#heartbeats = new Heartbeats(means.host, () => this.#sign());
  }

  /** Takes up what an earlier agent left, and begins to deliver. Never fails. */
  async start(): Promise<void> {
    const problems = [...(await this.#outbox.load()), ...(await this.#store.load(this.#outbox.lastNumber))];
    for (const problem of problems) this.#means.log.write("warning", problem);
    this.#man();
    await this.#manning;
  }

  /** The inventory in force; costs nothing while it is the same. */
  configure(inventory: Inventory): void {
    if (inventory === this.#inventory) return;
    this.#inventory = inventory;
    this.#rules = noticeRules(inventory);
    this.#man();
  }

  /**
   * Tells what is new. Settles when that is on disk, which must be before the agent's own memory is: killed in between,
   * something is told twice rather than never. Never fails: on a disk that takes nothing, notices are kept in memory.
   * `findings`: all that last; undefined where only something happened, and nobody has looked.
   */
  record(
    transitions: readonly Transition[],
    findings: readonly OngoingFinding[] | undefined,
    now: Moment,
  ): Promise<void> {
    // Each goes by what the one before has told.
    this.#recording = this.#recording.then(() => this.#record(transitions, findings, now));
    return this.#recording;
  }

  async #record(
    transitions: readonly Transition[],
    findings: readonly OngoingFinding[] | undefined,
    now: Moment,
  ): Promise<void> {
    try {
      this.#standing = findings ?? this.#standing;
      for (const { sink, courier } of this.#couriers.values()) {
        if (findings) courier.client.standing?.update(standingFor(this.#rules, sink.name, findings));
      }
      await this.#tell([...transitions, ...this.#droppedEvent()], findings, now);
    } catch (error) {
      this.#means.log.error(`notices could not be made, going on: ${messageOf(error)}`, error);
    }
  }

  state(): NoticesState {
    const { trouble } = this.#outbox;
    return {
      sinks: [...this.#couriers.values()].map(({ courier }) => this.#stateOf(courier.state())),
      waiting: this.#outbox.size,
      trouble: [...(trouble === undefined ? [] : [trouble]), ...this.#unusable.values()],
    };
  }

  /** Ends attempts that are under way: the next agent makes them. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#recording;
    await this.#manning;
    await Promise.all([this.#heartbeats.stop(), ...[...this.#couriers.values()].map(({ courier }) => courier.stop())]);
    await this.#outbox.flush();
  }

  async #tell(
    transitions: readonly Transition[],
    findings: readonly OngoingFinding[] | undefined,
    now: Moment,
  ): Promise<void> {
    const { memory } = this.#store;
    const rules = this.#rulesNow();
    const host = this.#means.ports.hostName;
    const decided = decideNotices({ memory, transitions, ...(findings ? { findings } : {}), rules, host, now });
    this.#dropped = 0;
    if (decided.notices.length > 0) await this.#keep(decided.notices, now);
    else if (this.#outbox.trouble !== undefined && now.monotonic >= this.#askDiskAt) await this.#outbox.flush();
    if (this.#outbox.trouble !== undefined) this.#askDiskAt = now.monotonic + ASK_DISK_EVERY_MS;
    // What is in memory only must be told anew by the next agent: it must not know that it was told.
    await this.#store.save(decided.memory, this.#outbox.trouble === undefined);
  }

  async #keep(notices: ReturnType<typeof decideNotices>["notices"], now: Moment): Promise<void> {
    const before = this.#outbox.trouble;
    const dropped = await this.#outbox.add(notices, now);
    const { trouble } = this.#outbox;
    if (trouble !== undefined && trouble !== before) this.#means.log.write("warning", `${trouble}; going on in memory`);
    for (const { notice } of notices) {
      const kept = this.#outbox.get(notice.id);
      for (const name of Object.keys(kept?.waiting ?? {})) if (kept) this.#couriers.get(name)?.courier.add(kept);
    }
    if (dropped.length === 0) return;
    this.#dropped += dropped.length;
    for (const { id } of dropped) for (const { courier } of this.#couriers.values()) courier.forget(id);
  }

  #droppedEvent(): readonly Transition[] {
    if (this.#dropped === 0) return [];
    const sentence = `Too many notices wait for receivers that take none: the oldest ${this.#dropped} are dropped.`;
    return [{ subject: "host", code: "notices-dropped", level: "warning", sentence, phase: "done", notify: true }];
  }

  /** That a receiver takes nothing is no news for that receiver. */
  #rulesNow(): NoticeRules {
    const failing = new Set(this.state().sinks.flatMap(({ name, failing: row }) => (row ? [name] : [])));
    if (failing.size === 0) return this.#rules;
    const sinks = this.#rules.sinks.map((sink) =>
      failing.has(sink.name) ? { ...sink, never: new Set([...sink.never, ABOUT_SINKS]) } : sink,
    );
    return { ...this.#rules, sinks };
  }

  #stateOf(state: SinkState): SinkState {
    const failing = state.failing ?? this.#heartbeats.failing(state.name);
    return failing ? { ...state, failing } : state;
  }

  /** One courier for each receiver, as the inventory has them; one after the other. */
  #man(): void {
    this.#manning = this.#manning
      .then(() => this.#manAll())
      .catch((error: unknown) => {
        this.#means.log.error(`receivers of notices could not be set up: ${messageOf(error)}`, error);
      });
  }

  async #manAll(): Promise<void> {
    const inventory = this.#inventory;
    const { sinks, heartbeat } = inventory.notify;
    const wanted = new Map(sinks.map((sink) => [sink.name, JSON.stringify([sink, inventory.smsd])]));
    const leaving = [...this.#couriers].filter(([name, { print }]) => wanted.get(name) !== print);
    for (const [name] of leaving) this.#couriers.delete(name);
    await Promise.all(leaving.map(([, { courier }]) => courier.stop()));
    this.#outbox.retain(new Set(wanted.keys()));
    this.#unusable.clear();
    for (const sink of sinks) {
      if (!this.#stopped && !this.#couriers.has(sink.name)) await this.#employ(sink, wanted.get(sink.name) ?? "");
    }
    const beating = [...this.#couriers.values()].filter(({ sink }) => wantsHeartbeat(sink));
    await this.#heartbeats.set(this.#stopped ? [] : beating.map(({ courier }) => courier.client), heartbeat);
  }

  async #employ(sink: Sink, print: string): Promise<void> {
    const { host, ports, modemWorks, client = noticeClient } = this.#means;
    try {
      const made = await client(sink, { host, ports, smsd: this.#inventory.smsd, modemWorks });
      const courier = new Courier(host, made, this.#deskOf(sink), patienceOf(sink));
      this.#couriers.set(sink.name, { print, sink, courier });
      for (const kept of this.#outbox.all()) if (Object.hasOwn(kept.waiting, sink.name)) courier.add(kept);
      courier.start();
      made.standing?.update(standingFor(this.#rules, sink.name, this.#standing));
    } catch (error) {
      const sentence = `${sink.name} cannot be told anything: ${messageOf(error)}`;
      this.#unusable.set(sink.name, sentence);
      this.#means.log.write("warning", sentence);
    }
  }

  #deskOf({ name }: Sink): ConstructorParameters<typeof Courier>[2] {
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

  #sign(): Omit<SignOfLife, "next" | "at"> {
    const { ports, host, verdict } = this.#means;
    const of = (level: string) => this.#standing.filter((finding) => finding.level === level).length;
    return {
      host: ports.hostName,
      version: ports.version,
      uptime: Math.round((host.monotonic.now() - this.#startedAt) / 1000),
      verdict: verdict(),
      counts: { critical: of("critical"), warning: of("warning"), waiting: this.#outbox.size },
    };
  }
}
