/** What is delivered, whatever it is about: the event of a CloudEvent. */
export interface Envelope {
  /** The same for every attempt at every sink: a receiver that has it needs it no second time. `[A-Za-z0-9._-]`. */
  readonly id: string;
  /** `modemkeeper.sms.received`, `modemkeeper.notice`, … */
  readonly type: string;
  /** URI-reference: `/modemkeeper/HOST` or `/modemkeeper/HOST/MODEM`. */
  readonly source: string;
  /** When it happened, ISO 8601; never when it was delivered. */
  readonly time: string;
  readonly subject?: string;
  /** JSON. */
  readonly data: object;
  /** The message as smsd wrote it, for programs. */
  readonly file?: string;
  /** What programs get as their last arguments. */
  readonly words?: readonly string[];
}

/** What became of one attempt. `detail` is one sentence without texts and numbers of messages. */
export type DeliveryResult =
  | { readonly outcome: "delivered"; readonly detail: string }
  /** Not now. `after`: milliseconds that the receiver wants to be left alone. */
  | { readonly outcome: "retry"; readonly detail: string; readonly after?: number }
  /** It does not want this one, and asking again is unlikely to help. */
  | { readonly outcome: "refused"; readonly detail: string };

/** One receiver. */
export interface SinkClient {
  readonly name: string;
  readonly type: string;
  /** So many at once, of different lanes. */
  readonly parallel: number;
  /** One attempt; never rejects and always ends, at the latest after the sink's timeout. */
  deliver(envelope: Envelope, signal: AbortSignal): Promise<DeliveryResult>;
  /** Releases connections and files. */
  close(): Promise<void>;
}

/** How long and how often a sink is tried. */
export interface Patience {
  /** Milliseconds of trying after which a message is given up. */
  readonly retryFor: number;
  /** So many refusals of one message are believed. */
  readonly refusals: number;
}

/** What has been tried for one message at one sink; survives the process. */
export interface Progress {
  readonly attempts: number;
  readonly refusals: number;
  /** Milliseconds since the first attempt, of which only those count that the agent ran: a clock that jumps gives nothing up. */
  readonly tried: number;
  readonly lastError?: string;
}
