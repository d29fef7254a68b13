import type { FailedMessages } from "../model/outgoing.ts";
import type { DestinationMemory, OutgoingMemory } from "./memory.ts";

/** What smsd's `sent` and `failed` folders tell of one message. */
export interface Learned {
  readonly outcome: "sent" | "failed";
  /** When smsd put it there, microseconds since 1970. */
  readonly at: number;
  readonly destination?: string;
  readonly modem?: string;
  readonly reason: string;
  /** A notice of the agent's own. */
  readonly notice?: true;
}

/** A gateway writes to some; what it never writes to again is forgotten. */
const MOST_DESTINATIONS = 300;
const FORGET_AFTER_US = 30 * 86_400_000_000;
/** Each becomes a notice; beyond that they are told of together. */
const MOST_KINDS = 20;

/** What the messages teach: failures in a row for each destination; the same object if nothing. `now`: microseconds since 1970. */
export function learn(memory: OutgoingMemory, messages: readonly Learned[], now: number): OutgoingMemory {
  const before = Object.entries(memory.destinations);
  const destinations = new Map(before);
  for (const message of messages.toSorted((a, b) => a.at - b.at)) {
    const { destination, at } = message;
    if (destination === undefined) continue;
    const known = destinations.get(destination);
    if (message.outcome === "sent") {
      // One that was sent before the last failure does not end the row.
      if (known && at >= known.at) destinations.delete(destination);
    } else if (message.modem !== undefined) {
      // What smsd refuses by itself (no text, no destination) says nothing of the destination.
      destinations.set(destination, { failures: (known?.failures ?? 0) + 1, reason: message.reason, at });
    }
  }
  const kept = bounded([...destinations], now);
  const same = kept.length === before.length && kept.every(([key, entry]) => memory.destinations[key] === entry);
  return same ? memory : { ...memory, destinations: Object.fromEntries(kept) };
}

type Entry = readonly [string, DestinationMemory];

function bounded(entries: readonly Entry[], now: number): readonly Entry[] {
  const fresh = entries.filter(([, { at }]) => now - at <= FORGET_AFTER_US);
  return fresh.toSorted(([, a], [, b]) => b.at - a.at).slice(0, MOST_DESTINATIONS);
}

/** Failed messages for people: those that failed alike as one, and many kinds of them as one. */
export function tellFailures(
  before: readonly FailedMessages[],
  messages: readonly Learned[],
): readonly FailedMessages[] {
  const kinds = new Map(before.map((kind) => [kindOf(kind), kind]));
  for (const { outcome, destination, modem, reason, notice } of messages) {
    if (outcome !== "failed") continue;
    const one = {
      ...(destination ? { destination } : {}),
      ...(modem ? { modem } : {}),
      reason,
      ...(notice ? { notice } : {}),
    };
    const key =
      kinds.has(kindOf(one)) || kinds.size < MOST_KINDS
        ? one
        : { reason: "various reasons", ...(notice ? { notice } : {}) };
    kinds.set(kindOf(key), { ...key, count: (kinds.get(kindOf(key))?.count ?? 0) + 1 });
  }
  return [...kinds.values()];
}

/** What is left to be told when `told` has been. */
export function withoutTold(
  all: readonly FailedMessages[],
  told: readonly FailedMessages[],
): readonly FailedMessages[] {
  const counts = new Map(told.map((kind) => [kindOf(kind), kind.count]));
  return all.flatMap((kind) => {
    const count = kind.count - (counts.get(kindOf(kind)) ?? 0);
    return count > 0 ? [{ ...kind, count }] : [];
  });
}

function kindOf({ destination, modem, reason, notice }: Omit<FailedMessages, "count">): string {
  return JSON.stringify([destination, modem, reason, notice]);
}
