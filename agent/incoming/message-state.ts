import type { Progress } from "../delivery/types.ts";
import { isPlain, number, oneOf, recordOf, shape, text, yesNo } from "../memory-shape.ts";

/** What became of a message at one sink, as far as it is known. */
export interface SinkShare extends Progress {
  readonly outcome: "delivered" | "refused" | "waiting";
  readonly type: string;
  /** ISO 8601, UTC: the last attempt. */
  readonly at: string;
}

/**
 * Of a message that some sinks have and others do not, or that failed an attempt: a file beside the spool, so that the next
 * agent goes on where this one ended. A message that all get at once has none.
 */
export interface MessageState {
  readonly format: "modemkeeper.incoming/1";
  readonly id: string;
  /** A person wants it delivered although it was given up: it is no duplicate. */
  readonly retry?: boolean;
  /** By name. */
  readonly sinks: Readonly<Record<string, SinkShare>>;
}

const isShare = shape<SinkShare>({
  must: {
    outcome: oneOf("delivered", "refused", "waiting"),
    type: text,
    at: text,
    attempts: number,
    refusals: number,
    tried: number,
  },
  may: { lastError: text },
});

const isState = shape<MessageState>({
  must: { format: oneOf("modemkeeper.incoming/1"), id: text, sinks: recordOf(isShare) },
  may: { retry: yesNo },
});

export function emptyState(id: string): MessageState {
  return { format: "modemkeeper.incoming/1", id, sinks: {} };
}

export function withShare(state: MessageState, sink: string, share: SinkShare): MessageState {
  return { ...state, sinks: { ...state.sinks, [sink]: share } };
}

/** A dead letter gets another life: who has it keeps it, the others begin anew. */
export function forRetry(id: string, sinks: MessageState["sinks"]): MessageState {
  const kept = Object.entries(sinks).filter(([, share]) => share.outcome === "delivered");
  return { ...emptyState(id), retry: true, sinks: Object.fromEntries(kept) };
}

export function stateToText(state: MessageState): string {
  return `${JSON.stringify(state)}\n`;
}

/** Undefined for what is no state of `id`: torn, of another version, or somebody else's. */
export function stateFromText(content: string, id: string): MessageState | undefined {
  const value = parsed(content);
  return isState(value) && isPlain(value) && value.id === id ? (value as unknown as MessageState) : undefined;
}

/** Why a message is a dead letter: what stands beside it. */
export interface DeadLetter {
  readonly format: "modemkeeper.dead-letter/1";
  readonly id: string;
  /** The file's name in smsd's folder, one character for each octet. */
  readonly name: string;
  /** smsd's folder. */
  readonly folder: string;
  /** ISO 8601, UTC: when it was given up. */
  readonly at: string;
  /** One sentence. */
  readonly reason: string;
  /** By name; empty for what never was a message. */
  readonly sinks: Readonly<Record<string, SinkShare>>;
}

const isDeadLetter = shape<DeadLetter>({
  must: {
    format: oneOf("modemkeeper.dead-letter/1"),
    id: text,
    name: text,
    folder: text,
    at: text,
    reason: text,
    sinks: recordOf(isShare),
  },
  may: {},
});

export function deadLetterToText(letter: DeadLetter): string {
  return `${JSON.stringify(letter, undefined, 2)}\n`;
}

/** Undefined for what is none. */
export function deadLetterFromText(content: string): DeadLetter | undefined {
  const value = parsed(content);
  return isDeadLetter(value) ? (value as DeadLetter) : undefined;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
