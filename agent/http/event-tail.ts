import type { AgentHost, LogPosition } from "../../core/agent-ports.ts";
import { EVENTS_LOG } from "../paths.ts";
import type { TimelineEntry, TimelineEvent } from "../timeline/event.ts";
import { parseEventLine } from "../timeline/parse.ts";

/** Of more than this at once the newest are told. */
const MOST_OCTETS = 64 * 1024;

/** New lines of the agent's timeline, whoever wrote them: commands do, too. */
export class EventTail {
  readonly #logs: AgentHost["logs"];
  #position: LogPosition | undefined;
  #unfinished = "";

  constructor(logs: AgentHost["logs"]) {
    this.#logs = logs;
  }

  /** What comes from now on is news. */
  async begin(): Promise<void> {
    this.#position = (await this.#logs.readFrom(EVENTS_LOG, undefined, 0)).position;
  }

  /** What was written since the last call, oldest first. */
  async news(): Promise<readonly TimelineEntry[]> {
    const before = this.#position;
    const { text, position } = await this.#logs.readFrom(EVENTS_LOG, before, MOST_OCTETS);
    this.#position = position;
    if (before?.inode !== position.inode) this.#unfinished = "";
    const lines = `${this.#unfinished}${text}`.split("\n");
    this.#unfinished = (lines.pop() ?? "").slice(-MOST_OCTETS);
    return lines.flatMap((line) => entryIn(line) ?? []);
  }
}

/** One line of the timeline on disk; undefined for what is none. */
export function entryIn(line: string): TimelineEntry | undefined {
  const event = parseEventLine(line);
  return event && entryOf(event);
}

function entryOf({ time, subject, code, level, phase = "done", sentence, evidence }: TimelineEvent): TimelineEntry {
  const more = evidence.length > 0 ? { evidence } : {};
  return { time: new Date(time).toISOString(), subject, code, level, phase, sentence, ...more };
}
