import type { IncomingState, NoticesState, SinkState } from "./model/delivery.ts";
import type { Moment } from "./model/observation.ts";

/** How deliveries stand, for commands and pages. */
export interface DeliveriesState {
  readonly incoming?: {
    /** Messages that not every receiver has yet. */
    readonly waiting: number;
    readonly deadLetters: number;
    /** Copies that were not delivered again, since the agent started. */
    readonly duplicates: number;
    readonly sinks: readonly ReceiverState[];
  };
  readonly notices?: { readonly waiting: number; readonly sinks: readonly ReceiverState[] };
}

export interface ReceiverState {
  readonly name: string;
  readonly type: string;
  readonly waiting: number;
  /** Seconds since the eldest of them came; 0 if none waits. */
  readonly oldest: number;
  /** Since the agent started. */
  readonly delivered: number;
  /** ISO 8601, UTC. */
  readonly lastDelivered?: string;
  /** Present while it takes nothing. */
  readonly failing?: { readonly since: string; readonly detail: string };
}

export function deliveriesOf(
  { incoming, notices }: { readonly incoming?: IncomingState; readonly notices?: NoticesState },
  now: Moment,
): DeliveriesState {
  const receivers = (sinks: readonly SinkState[]) => sinks.map((sink) => receiverOf(sink, now));
  return {
    ...(incoming
      ? {
          incoming: {
            waiting: incoming.waiting,
            deadLetters: incoming.deadLetters,
            duplicates: incoming.duplicates,
            sinks: receivers(incoming.sinks),
          },
        }
      : {}),
    ...(notices ? { notices: { waiting: notices.waiting, sinks: receivers(notices.sinks) } } : {}),
  };
}

function receiverOf(sink: SinkState, { wall, monotonic }: Moment): ReceiverState {
  const { name, type, waiting, oldest, delivered, lastDeliveredAt, failing } = sink;
  return {
    name,
    type,
    waiting,
    oldest: Math.round(oldest / 1000),
    delivered,
    ...(lastDeliveredAt === undefined ? {} : { lastDelivered: new Date(lastDeliveredAt).toISOString() }),
    ...(failing
      ? { failing: { since: new Date(wall - (monotonic - failing.since)).toISOString(), detail: failing.detail } }
      : {}),
  };
}
