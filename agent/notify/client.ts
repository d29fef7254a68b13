import type { DeliveryResult } from "../delivery/types.ts";
import type { OngoingFinding } from "../model/finding.ts";
import type { Notice } from "./notice.ts";

/** That the agent lives, and how things stand: its absence is the news. */
export interface SignOfLife {
  readonly host: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly version: string;
  /** Seconds that this agent has run. */
  readonly uptime: number;
  readonly verdict: { readonly level: string; readonly sentence: string };
  /** Findings by level, and notices that wait. */
  readonly counts: Readonly<Record<string, number>>;
  /** Seconds until the next one. */
  readonly next: number;
}

/** One receiver of notices. */
export interface NoticeClient {
  readonly name: string;
  readonly type: string;
  /** One attempt; never rejects and always ends, at the latest after the sink's timeout. */
  tell(notice: Notice, signal: AbortSignal): Promise<DeliveryResult>;
  /** One attempt, not repeated: the next sign of life comes soon. */
  beat(sign: SignOfLife, signal: AbortSignal): Promise<DeliveryResult>;
  /** For receivers that want to know all that lasts, at their level, and are told again and again. */
  readonly standing?: Standing;
  /** Ends what it does by itself, and releases connections and files. */
  close(): Promise<void>;
}

export interface Standing {
  /** Tells what lasts now; what is missing since the last call is over. Returns at once. */
  update(lasting: readonly OngoingFinding[]): void;
  /** Nothing has been taken since; monotonic milliseconds. */
  readonly failing: { readonly since: number; readonly detail: string } | undefined;
}
