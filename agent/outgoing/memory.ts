import { messageOf } from "../../core/errors.ts";
import type { Files } from "../../core/ports.ts";
import { isPlain } from "../memory-shape.ts";
import { DESTINATIONS } from "../paths.ts";

export interface DestinationMemory {
  /** Messages in a row that a modem could not send. */
  readonly failures: number;
  readonly reason: string;
  /** When the last of them failed, microseconds since 1970. */
  readonly at: number;
}

/** What is remembered of messages that were sent. Plain JSON; destinations are keyed hashes. */
export interface OutgoingMemory {
  readonly format: "modemkeeper.destinations/1";
  /** Microseconds since 1970: what was put into these folders later is news. Absent before the first look. */
  readonly failedUntil?: number;
  readonly sentUntil?: number;
  readonly destinations: Readonly<Record<string, DestinationMemory>>;
}

export const NOTHING_LEARNED: OutgoingMemory = { format: "modemkeeper.destinations/1", destinations: {} };

/** What was remembered, without what makes no sense; never fails. `problem`: one sentence where there was something to be left out. */
export async function loadOutgoing(
  files: Pick<Files, "read">,
): Promise<{ readonly memory: OutgoingMemory; readonly problem?: string }> {
  try {
    const entry = await files.read(DESTINATIONS);
    if (!entry) return { memory: NOTHING_LEARNED };
    if (entry.kind !== "file") return { memory: NOTHING_LEARNED, problem: `${DESTINATIONS} is no file: starting anew` };
    return understand(JSON.parse(entry.content));
  } catch (error) {
    return { memory: NOTHING_LEARNED, problem: `${DESTINATIONS} cannot be used, starting anew: ${messageOf(error)}` };
  }
}

/** @throws ModemkeeperError io if it cannot be written */
export async function saveOutgoing(files: Pick<Files, "write">, memory: OutgoingMemory): Promise<void> {
  const content = `${JSON.stringify(memory)}\n`;
  await files.write(DESTINATIONS, { content, mode: 0o600, owner: "root", group: "root" });
}

function understand(value: unknown): { readonly memory: OutgoingMemory; readonly problem?: string } {
  if (!isPlain(value) || value.format !== NOTHING_LEARNED.format || !isPlain(value.destinations)) {
    return { memory: NOTHING_LEARNED, problem: `${DESTINATIONS} is none of this agent's: starting anew` };
  }
  const all = Object.entries(value.destinations);
  const good = all.flatMap(([key, entry]) => (KEY.test(key) && isDestination(entry) ? [[key, entry] as const] : []));
  const memory = {
    format: NOTHING_LEARNED.format,
    ...(isTime(value.failedUntil) ? { failedUntil: value.failedUntil } : {}),
    ...(isTime(value.sentUntil) ? { sentUntil: value.sentUntil } : {}),
    destinations: Object.fromEntries(good),
  };
  if (good.length === all.length) return { memory };
  return { memory, problem: `${DESTINATIONS} holds what makes no sense, and is used without it` };
}

/** As `destinationKey` makes them. */
const KEY = /^[0-9a-f]{8}$/;

function isDestination(value: unknown): value is DestinationMemory {
  if (!isPlain(value)) return false;
  const { failures, reason, at } = value;
  return typeof reason === "string" && isTime(at) && Number.isSafeInteger(failures) && Number(failures) > 0;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
