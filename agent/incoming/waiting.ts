import type { Place, RawName } from "../../core/delivery-ports.ts";
import type { Task } from "../delivery/lanes.ts";
import type { MessageState } from "./message-state.ts";

/** One of smsd's folders that messages are taken from. */
export interface Source {
  readonly folder: string;
  /** What is known of what lies there, so that it is not looked at again. */
  readonly known: Set<RawName>;
}

/** A message that not every sink has yet. A hundred thousand may wait: no text, and as little else as will do. */
export interface Waiting extends Task {
  readonly source: Source;
  readonly name: RawName;
  /** Monotonic milliseconds since which it waits; before the agent's start by the file's time. */
  readonly since: number;
  /** Bit for each sink that is still to get it. */
  left: number;
  /** What is to be remembered of it; undefined while all goes well. */
  state: MessageState | undefined;
  /** Monotonic milliseconds at which that was last written down. */
  savedAt: number | undefined;
}

export function placeOf({ source, name }: Pick<Waiting, "source" | "name">): Place {
  return { folder: source.folder, name };
}
