import type { GatewayStatus } from "../status/types.ts";
import type { TimelineEntry } from "../timeline/event.ts";
import type { Job } from "./job.ts";

/*
 * What `GET /monitor/events` streams, as Server-Sent Events: `event:` is the key, `data:` the JSON value. `id:` counts up
 * within one run of the agent and begins with that run's name, so that a client that comes back gets what it missed.
 * The first message after connecting is always `status`; each later one follows a pass in which something changed.
 */
export interface LiveEvents {
  readonly status: GatewayStatus;
  /** One line of the timeline. */
  readonly entry: TimelineEntry;
  readonly job: Job;
}

/** Signal strength of a modem over time: what `GET /monitor/signal` answers, by modem, oldest first. */
export interface SignalSample {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** dBm; absent where the modem did not know. */
  readonly dbm?: number;
}
