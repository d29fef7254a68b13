import { setMaxListeners } from "node:events";
import type { MonotonicClock } from "../../core/agent-ports.ts";
import type { RawName } from "../../core/delivery-ports.ts";
import type { Clock } from "../../core/ports.ts";
import type { DeliveryResult, Envelope } from "../delivery/types.ts";
import type { Counters } from "../metrics/counters.ts";
import { envelopeOf, laneOf } from "./envelope.ts";
import type { Found } from "./intake.ts";
import type { MessageCache } from "./message-cache.ts";
import type { Outlet } from "./outlet.ts";
import { ProgressNotes } from "./progress-notes.ts";
import type { ReadMessage } from "./reading.ts";
import type { SeenIds } from "./seen-ids.ts";
import type { Settlements } from "./settlements.ts";
import type { StateStore } from "./state-store.ts";
import { placeOf, type Source, type Waiting } from "./waiting.ts";

/** More messages are read only if a sink has nothing to do: most of these wait for lanes that are stuck. */
const ENOUGH = 128;
export interface DeliveriesParts {
  readonly outlets: readonly Outlet[];
  readonly cache: MessageCache;
  readonly states: StateStore;
  readonly settlements: Settlements;
  readonly seen: SeenIds;
  readonly read: ReadMessage;
  readonly clock: Pick<Clock, "now">;
  readonly monotonic: Pick<MonotonicClock, "now">;
  readonly hostName: string;
  /** Something ended: there may be room for more. */
  readonly served: () => void;
  /** This file is to be looked at anew. */
  readonly again: (source: Source, name: RawName) => void;
  readonly counters?: Counters;
}

/** Brings messages to every sink, and puts them away when all have them. */
export class Deliveries {
  readonly #parts: DeliveriesParts;
  /** By id, until the outcome is on disk. */
  readonly #waiting = new Map<string, Waiting>();
  /** Files with the id of one that waits: whether they are duplicates is known when that has ended. */
  readonly #held = new Map<string, Pick<Waiting, "source" | "name">[]>();
  readonly #notes: ProgressNotes;
  readonly #abort = new AbortController();
  readonly #flights = new Set<Promise<void>>();
  #closing = false;

  constructor(parts: DeliveriesParts) {
    this.#parts = parts;
    this.#notes = new ProgressNotes(parts.states, parts.monotonic);
    // Each delivery listens.
    setMaxListeners(0, this.#abort.signal);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get hungry(): boolean {
    if (this.#closing || this.#parts.settlements.full) return false;
    return this.#waiting.size < ENOUGH || this.#parts.outlets.some((outlet) => outlet.starves);
  }

  /** A file that nobody knew. */
  found(source: Source, name: RawName, reading: Found): void {
    const forget = () => {
      source.known.delete(name);
      this.#parts.served();
    };
    if (reading.kind === "malformed") {
      this.#parts.settlements.malformed({ source, name }, reading.id, reading.reason, forget);
      return;
    }
    const { id } = reading.message;
    if (this.#waiting.has(id)) this.#held.set(id, [...(this.#held.get(id) ?? []), { source, name }]);
    else if (this.#isDuplicate(id)) this.#parts.settlements.duplicate({ source, name }, id, forget);
    else this.#enqueue(source, name, reading);
  }

  /** Begins what can begin. */
  pump(): void {
    for (const outlet of this.#parts.outlets) {
      if (this.#closing || this.#parts.settlements.full) return;
      for (const waiting of outlet.next()) this.#begin(outlet, waiting);
    }
  }

  /** Writes down what is due. */
  tick(): void {
    this.#notes.tick();
  }

  /** Monotonic milliseconds at which `tick` and `pump` have something to do. */
  wakeAt(): number {
    const notes = this.#notes.wakeAt();
    // The end of a settlement wakes what it holds up.
    if (this.#closing || this.#parts.settlements.full) return notes;
    return Math.min(notes, ...this.#parts.outlets.map((outlet) => outlet.wakeAt()));
  }

  /** Begins nothing more; what is under way may end until `limit`, and is cut off then. */
  async stop(limit: Promise<void>): Promise<void> {
    this.#closing = true;
    await Promise.race([this.#landed().then(() => this.#parts.settlements.idle()), limit]);
    this.#abort.abort();
    await this.#landed();
  }

  /** Hands over what is to be remembered of what waits. */
  remember(): void {
    for (const { state } of this.#waiting.values()) if (state) this.#parts.states.save(state);
  }

  async #landed(): Promise<void> {
    await Promise.all(this.#flights);
  }

  #enqueue(source: Source, name: RawName, { message, octets, modifiedAt }: Extract<Found, { kind: "message" }>): void {
    const { cache, clock, monotonic, hostName, outlets, states } = this.#parts;
    const state = states.take(message.id);
    const age = Math.max(0, clock.now().getTime() - modifiedAt);
    const waiting: Waiting = {
      key: message.id,
      lane: laneOf(message),
      order: 0,
      source,
      name,
      since: monotonic.now() - age,
      left: 0,
      state,
      savedAt: undefined,
    };
    cache.put(envelopeOf(message, hostName, placeOf(waiting)), octets);
    this.#waiting.set(message.id, waiting);
    this.#parts.counters?.received(message.modem);
    for (const outlet of outlets) outlet.add(waiting, state);
    if (waiting.left === 0) this.#finish(waiting);
  }

  #isDuplicate(id: string): boolean {
    const { seen, clock, states } = this.#parts;
    if (!seen.has(id, clock.now().getTime())) return false;
    const retry = states.takeRetry(id);
    if (retry) states.giveBack(retry);
    return retry === undefined;
  }

  #begin(outlet: Outlet, waiting: Waiting): void {
    const envelope = this.#parts.cache.get(waiting.key) ?? this.#reread(waiting);
    if (envelope === undefined) {
      this.#drop(outlet, waiting);
      return;
    }
    const flight = outlet.deliver(envelope, this.#abort.signal).then((result) => {
      this.#flights.delete(flight);
      this.#ended(outlet, waiting, result);
    });
    this.#flights.add(flight);
  }

  #reread(waiting: Waiting): Envelope | undefined {
    const place = placeOf(waiting);
    const reading = this.#parts.read(place, true);
    if (reading.kind !== "message" || reading.message.id !== waiting.key) return undefined;
    const envelope = envelopeOf(reading.message, this.#parts.hostName, place);
    this.#parts.cache.put(envelope, reading.octets);
    return envelope;
  }

  /** It is no longer there, or no longer what it was. */
  #drop(begunBy: Outlet, waiting: Waiting): void {
    for (const outlet of this.#parts.outlets) outlet.forget(waiting, outlet === begunBy);
    // A delivery that is under way ends it.
    if (waiting.left !== 0) return;
    if (waiting.state) this.#parts.states.giveBack(waiting.state);
    this.#release(waiting);
    this.#look(waiting);
  }

  #ended(outlet: Outlet, waiting: Waiting, result: DeliveryResult): void {
    // It was cut off: that says nothing.
    if (this.#abort.signal.aborted && result.outcome !== "delivered") return;
    const { counters, monotonic } = this.#parts;
    const share = outlet.ended(waiting, result);
    counters?.forwarding(outlet.sink.name, result.outcome, monotonic.now() - waiting.since);
    this.#notes.note(waiting, outlet.sink.name, share);
    if (waiting.left === 0) this.#finish(waiting);
    this.#parts.served();
  }

  /** Every sink has it, or has refused it. */
  #finish(waiting: Waiting): void {
    this.#parts.cache.remove(waiting.key);
    this.#parts.settlements.message(waiting, () => {
      this.#release(waiting);
      this.#parts.served();
    });
  }

  #release({ key, source, name }: Waiting): void {
    this.#waiting.delete(key);
    this.#parts.cache.remove(key);
    source.known.delete(name);
    const held = this.#held.get(key) ?? [];
    this.#held.delete(key);
    for (const file of held) this.#look(file);
  }

  #look({ source, name }: Pick<Waiting, "source" | "name">): void {
    source.known.delete(name);
    this.#parts.again(source, name);
  }
}
