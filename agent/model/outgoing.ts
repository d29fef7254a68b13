/** What became of messages that were given to smsd for sending, as far as it went wrong. No number and no text stands in it. */
export interface OutgoingObservation {
  /** What has failed since the last pass that was written down; alike ones together. */
  readonly failed: readonly FailedMessages[];
  /** Destinations whose last messages have all failed. */
  readonly destinations: readonly FailingDestination[];
  /** What keeps failures from being seen: one sentence each. */
  readonly trouble: readonly string[];
}

/** Messages that failed in the same way. */
export interface FailedMessages {
  readonly count: number;
  /** Stands for the number, keyed with the machine; absent where the message had none, or several destinations are meant. */
  readonly destination?: string;
  /** The modem that tried; absent where smsd itself refused the message. */
  readonly modem?: string;
  /** In the words of smsd or the modem, without numbers. */
  readonly reason: string;
  /** They were notices of the agent's own: they become no notice, which would fail the same way. */
  readonly notice?: true;
}

export interface FailingDestination {
  /** Stands for the number. */
  readonly destination: string;
  /** Messages in a row that a modem could not send. */
  readonly failures: number;
  /** Of the last of them. */
  readonly reason: string;
  /** When the last of them failed, milliseconds since 1970. */
  readonly at: number;
}
