import type { AgentHost } from "../../core/agent-ports.ts";
import type { FolderWatch, SpoolFiles } from "../../core/delivery-ports.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { isMessageName } from "../../core/sms/message-name.ts";
import { MINUTE, SECOND } from "../decide/durations.ts";
import type { AgentLog } from "../log.ts";
import type { Counters } from "../metrics/counters.ts";
import type { IncomingState, SinkState } from "../model/delivery.ts";
import { INCOMING_STATE } from "../paths.ts";
import { Alarm } from "./alarm.ts";
import { Deliveries } from "./deliveries.ts";
import { Intake } from "./intake.ts";
import { MessageCache } from "./message-cache.ts";
import { Outlet } from "./outlet.ts";
import { PutAway } from "./put-away.ts";
import { messageReader } from "./reading.ts";
import { SeenIds } from "./seen-ids.ts";
import { type DeadLettered, Settlements } from "./settlements.ts";
import { StateStore } from "./state-store.ts";
import type { Connect } from "./steady-client.ts";
import { countDeadLetters, rememberNames, removeLoneReasons, removeOld } from "./tidy.ts";
import { Trouble } from "./trouble.ts";
import type { Source } from "./waiting.ts";

/** Old messages are removed, and dead letters counted: a person may have retried some. */
const TIDY_EVERY = 10 * MINUTE;
const TIDY_MORE = MINUTE;
const COUNT_EVERY = 30 * SECOND;
/** Deliveries that are under way may end. The whole agent stops within five seconds. */
const LANDING = 1.5 * SECOND;

export interface IncomingParts {
  readonly host: Pick<AgentHost, "clock" | "monotonic">;
  readonly spoolFiles: SpoolFiles;
  readonly watch: FolderWatch;
  /** Makes a sink's client; rejects where it cannot be made now. */
  readonly connect: Connect;
  /** This machine's name. */
  readonly hostName: string;
  readonly log: Pick<AgentLog, "write" | "error">;
  /** A message was given up. */
  readonly deadLettered: (letter: DeadLettered) => void;
  readonly counters?: Counters;
}

/** What an earlier run has done, by name of the sink. */
export type Before = ReadonlyMap<string, SinkState>;

/** Receiving under one inventory. */
export class Run {
  readonly #parts: IncomingParts;
  readonly #inventory: Inventory;
  readonly #outlets: readonly Outlet[];
  readonly #trouble: Trouble;
  readonly #seen: SeenIds;
  readonly #states: StateStore;
  readonly #putAway: PutAway;
  readonly #settlements: Settlements;
  readonly #deliveries: Deliveries;
  readonly #intake: Intake;
  readonly #alarm: Alarm;
  readonly #stop = new AbortController();
  #deadLetters = 0;
  #orphansGone = false;
  /** What was put away before the start is known. */
  #remembered = false;
  #working = false;
  #more = false;
  #tidyAt = 0;
  #countAt = 0;
  #housekeeping: Promise<void> = Promise.resolve();

  constructor(parts: IncomingParts, inventory: Inventory) {
    const { host, spoolFiles, watch, hostName } = parts;
    const { clock, monotonic } = host;
    const { incoming: section, smsd, modems } = inventory;
    this.#parts = parts;
    this.#inventory = inventory;
    const trouble = new Trouble(parts.log);
    this.#trouble = trouble;
    this.#seen = new SeenIds(section.duplicateWindow);
    this.#outlets = section.sinks.map((sink, index) => {
      return new Outlet({ clock, monotonic, connect: parts.connect }, sink, index);
    });
    this.#states = new StateStore({ spoolFiles, clock, folder: INCOMING_STATE, trouble });
    this.#putAway = new PutAway({ spoolFiles, clock, section, trouble }, this.#stop.signal);
    this.#settlements = new Settlements({
      sinks: section.sinks,
      putAway: this.#putAway,
      seen: this.#seen,
      states: this.#states,
      clock,
      deadLettered: (letter) => this.#deadLettered(letter),
    });
    const read = messageReader(
      spoolFiles,
      modems.map(({ name }) => name),
    );
    const served = () => this.#work();
    this.#deliveries = new Deliveries({
      ...{ read, clock, monotonic, hostName, served, seen: this.#seen },
      outlets: this.#outlets,
      cache: new MessageCache(),
      states: this.#states,
      settlements: this.#settlements,
      again: (source, name) => this.#intake.again(source, name),
      ...(parts.counters ? { counters: parts.counters } : {}),
    });
    this.#intake = new Intake({
      ...{ spoolFiles, watch, monotonic, read, trouble, served, isMessageName },
      sources: sourcesOf(smsd.spool),
      found: (source, name, reading) => this.#deliveries.found(source, name, reading),
      hungry: () => this.#deliveries.hungry,
    });
    this.#alarm = new Alarm(clock, monotonic, () => this.#tick());
  }

  /** Settles when it has begun to watch. */
  async start(): Promise<void> {
    await this.#states.load();
    await this.#remember();
    this.#tick();
  }

  async stop(): Promise<void> {
    const { clock } = this.#parts.host;
    this.#alarm.stop();
    this.#intake.stop();
    const limit = new AbortController();
    await this.#deliveries.stop(clock.sleep(LANDING, limit.signal));
    limit.abort();
    this.#stop.abort();
    await this.#settlements.idle();
    this.#deliveries.remember();
    await this.#states.stop();
    await this.#housekeeping;
    await Promise.all(this.#outlets.map((outlet) => outlet.close()));
  }

  state(before: Before): IncomingState {
    return {
      sinks: this.#outlets.map((outlet) => outlet.state(before.get(outlet.sink.name))),
      waiting: this.#deliveries.waiting + this.#intake.unread,
      deadLetters: this.#deadLetters,
      duplicates: this.#settlements.duplicates,
      trouble: this.#trouble.sentences,
    };
  }

  /** What has been put away tells which messages came before. */
  async #remember(): Promise<void> {
    await this.#guarded("compared with earlier ones", async () => {
      const { spoolFiles } = this.#parts;
      const { incoming: section } = this.#inventory;
      await this.#putAway.prepare();
      this.#deadLetters = await rememberNames(spoolFiles, section, this.#seen);
      await removeLoneReasons(spoolFiles, section);
      this.#remembered = true;
    });
  }

  #tick(): void {
    this.#deliveries.tick();
    this.#intake.tick();
    this.#keepHouse();
    this.#work();
  }

  /** Begins what can begin, reads what there is room for, and sees to it that it is woken when there is more to do. */
  #work(): void {
    if (this.#stop.signal.aborted) return;
    // What is begun may end at once and call for more: one after the other, not one within the other.
    this.#more = true;
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#more) {
        this.#more = false;
        this.#deliveries.pump();
        this.#intake.feed();
      }
    } finally {
      this.#working = false;
    }
    this.#alarm.set(Math.min(this.#deliveries.wakeAt(), this.#intake.wakeAt));
    if (this.#orphansGone || !this.#intake.caughtUp) return;
    this.#orphansGone = true;
    void this.#guarded("remembered", () => this.#states.removeOrphans());
  }

  #keepHouse(): void {
    const now = this.#parts.host.monotonic.now();
    if (now >= this.#countAt) {
      this.#countAt = now + COUNT_EVERY;
      this.#inTurn(() => this.#count());
    }
    if (now < this.#tidyAt) return;
    this.#tidyAt = now + TIDY_EVERY;
    this.#inTurn(() => this.#tidy());
  }

  async #count(): Promise<void> {
    await this.#states.load();
    if (!this.#remembered) await this.#remember();
    await this.#guarded("counted", async () => {
      this.#deadLetters = await countDeadLetters(this.#parts.spoolFiles, this.#inventory.incoming);
    });
  }

  async #tidy(): Promise<void> {
    const { clock, monotonic } = this.#parts.host;
    await this.#guarded("removed when they are old", async () => {
      const more = await removeOld(this.#parts.spoolFiles, this.#inventory.incoming, clock.now().getTime());
      if (more) this.#tidyAt = monotonic.now() + TIDY_MORE;
    });
  }

  #inTurn(work: () => Promise<void>): void {
    this.#housekeeping = this.#housekeeping.then(() => (this.#stop.signal.aborted ? undefined : work()));
  }

  async #guarded(doing: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#trouble.over(doing, "");
    } catch (error) {
      this.#trouble.begun(doing, "", error);
    }
  }

  #deadLettered(letter: DeadLettered): void {
    this.#deadLetters += 1;
    this.#parts.counters?.deadLettered();
    this.#parts.log.write("warning", `a received message was given up: ${letter.reason}`, { message: letter.id });
    this.#parts.deadLettered(letter);
  }
}

function sourcesOf({ incoming, report }: Inventory["smsd"]["spool"]): readonly Source[] {
  return [...new Set([incoming, report])].map((folder) => ({ folder, known: new Set<string>() }));
}
