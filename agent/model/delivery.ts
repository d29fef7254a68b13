/** How one receiver of messages or notices stands. */
export interface SinkState {
  readonly name: string;
  readonly type: string;
  /** Deliveries that it has not got yet. */
  readonly waiting: number;
  /** Age of the eldest of them, milliseconds; 0 if none waits. */
  readonly oldest: number;
  /** Nothing has been delivered since the first of a row of failures; absent while it works. */
  readonly failing?: {
    /** Monotonic milliseconds. */
    readonly since: number;
    /** What the last attempt said, one sentence; never a text or a number. */
    readonly detail: string;
  };
  /** Since the agent started. */
  readonly delivered: number;
  /** Milliseconds since 1970. */
  readonly lastDeliveredAt?: number;
}

/** How received messages stand. */
export interface IncomingState {
  readonly sinks: readonly SinkState[];
  /** Messages that not every sink has yet. */
  readonly waiting: number;
  /** Messages that are kept because they could not be delivered. */
  readonly deadLetters: number;
  /** Copies that came again and were not delivered again, since the agent started. */
  readonly duplicates: number;
  /** What keeps messages from being taken or put away: one sentence each. */
  readonly trouble: readonly string[];
}

/** How notices stand. */
export interface NoticesState {
  readonly sinks: readonly SinkState[];
  /** Notices that not every sink has yet. */
  readonly waiting: number;
  /** What keeps notices from being kept: one sentence each. */
  readonly trouble: readonly string[];
}
