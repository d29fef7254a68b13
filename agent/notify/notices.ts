import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { NoticesState } from "../model/delivery.ts";
import type { OngoingFinding } from "../model/finding.ts";
import type { Moment } from "../model/observation.ts";
import type { Transition } from "../model/step.ts";
import type { SignOfLife } from "./client.ts";
import { Couriers, type CouriersMeans } from "./couriers.ts";
import { decideNotices } from "./decide.ts";
import { Outbox } from "./outbox.ts";
import { type NoticeRules, noticeRules, standingFor } from "./rules.ts";
import { NoticeStore } from "./store.ts";

export interface NoticesMeans extends CouriersMeans {
  readonly host: CouriersMeans["host"] & Pick<AgentHost, "stats">;
  /** How things stand, for signs of life. */
  verdict(): SignOfLife["verdict"];
}

/** A disk that took nothing is asked again so often. */
const ASK_DISK_EVERY_MS = 30_000;
/** Told to everybody but the receiver that it is about. */
const ABOUT_SINKS = "notices-failing";

/** Makes notices of what the agent decides, keeps them on disk, and brings each receiver its own. */
export class Notices {
  readonly #means: NoticesMeans;
  readonly #outbox: Outbox;
  readonly #store: NoticeStore;
  readonly #couriers: Couriers;
  readonly #startedAt: number;
  #inventory: Inventory;
  #rules: NoticeRules;
  #recording: Promise<void> = Promise.resolve();
  #standing: readonly OngoingFinding[] = [];
  #dropped = 0;
  #askDiskAt = 0;

  /** Does nothing before `start`. */
  constructor(means: NoticesMeans, inventory: Inventory) {
    this.#means = means;
    this.#inventory = inventory;
    this.#rules = noticeRules(inventory);
    this.#outbox = new Outbox(means.host);
    this.#store = new NoticeStore(means.host);
    this.#startedAt = means.host.monotonic.now();
    this.#couriers = new Couriers(means, {
      outbox: this.#outbox,
      standing: (sink) => standingFor(this.#rules, sink, this.#standing),
      sign: () => this.#sign(),
    });
  }

  /** Takes up what an earlier agent left, and begins to deliver. Never fails. */
  async start(): Promise<void> {
    const problems = [...(await this.#outbox.load()), ...(await this.#store.load(this.#outbox.lastNumber))];
    for (const problem of problems) this.#means.log.write("warning", problem);
    await this.#couriers.man(this.#inventory);
  }

  /** The inventory in force; costs nothing while it is the same. */
  configure(inventory: Inventory): void {
    if (inventory === this.#inventory) return;
    this.#inventory = inventory;
    this.#rules = noticeRules(inventory);
    void this.#couriers.man(inventory);
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
      if (findings) this.#couriers.standingChanged();
      await this.#tell([...transitions, ...this.#droppedEvent()], findings, now);
    } catch (error) {
      this.#means.log.error(`notices could not be made, going on: ${messageOf(error)}`, error);
    }
  }

  state(): NoticesState {
    const { trouble } = this.#outbox;
    return {
      sinks: this.#couriers.states(),
      waiting: this.#outbox.size,
      trouble: [...(trouble === undefined ? [] : [trouble]), ...this.#couriers.trouble()],
    };
  }

  /** Ends attempts that are under way: the next agent makes them. */
  async stop(): Promise<void> {
    await this.#recording;
    await this.#couriers.stop();
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
      if (kept) this.#couriers.carry(kept);
    }
    if (dropped.length === 0) return;
    this.#dropped += dropped.length;
    for (const { id } of dropped) this.#couriers.forget(id);
  }

  #droppedEvent(): readonly Transition[] {
    if (this.#dropped === 0) return [];
    const sentence = `Too many notices wait for receivers that take none: the oldest ${this.#dropped} are dropped.`;
    return [{ subject: "host", code: "notices-dropped", level: "warning", sentence, phase: "done", notify: true }];
  }

  /** That a receiver takes nothing is no news for that receiver. */
  #rulesNow(): NoticeRules {
    const failing = new Set(this.#couriers.states().flatMap(({ name, failing: row }) => (row ? [name] : [])));
    if (failing.size === 0) return this.#rules;
    const sinks = this.#rules.sinks.map((sink) =>
      failing.has(sink.name) ? { ...sink, never: new Set([...sink.never, ABOUT_SINKS]) } : sink,
    );
    return { ...this.#rules, sinks };
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
