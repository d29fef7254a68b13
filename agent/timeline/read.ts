import type { AgentHost, LogPosition } from "../../core/agent-ports.ts";
import { ACCESS_LOG, EVENTS_LOG } from "../paths.ts";
import type { TimelineEvent } from "./event.ts";
import { parseAccessLine, parseEventLine, parseSmsdLine } from "./parse.ts";

export type TimelineReader = Pick<AgentHost, "logs">;

/** Of each file at most this much, the newest: days of a busy gateway. */
const MOST_BYTES = 4 * 1024 * 1024;
/** A line that smsd repeats while it waits is shown once in this time, milliseconds. */
const SILENCE = 60_000;

interface Source {
  readonly path: string;
  readonly parse: (line: string) => TimelineEvent | undefined;
}

/** Reads the three logs as one sequence, first what there is, then what comes. */
export class Timeline {
  readonly #host: TimelineReader;
  readonly #sources: readonly Source[];
  readonly #positions = new Map<string, LogPosition>();
  readonly #unfinished = new Map<string, string>();

  constructor(host: TimelineReader, smsdLog: string | undefined) {
    this.#host = host;
    this.#sources = [
      { path: EVENTS_LOG, parse: parseEventLine },
      { path: ACCESS_LOG, parse: parseAccessLine },
      ...(smsdLog === undefined ? [] : [{ path: smsdLog, parse: parseSmsdLine }]),
    ];
  }

  /** What happened since `since` (milliseconds since 1970), in order; with the files that logrotate has set aside last. */
  async history(since: number): Promise<readonly TimelineEvent[]> {
    const events: TimelineEvent[] = [];
    for (const source of this.#sources) {
      const rotated = await this.#host.logs.readFrom(`${source.path}.1`, undefined, MOST_BYTES);
      for (const line of rotated.text.split("\n")) pushEvent(events, source.parse(line));
    }
    events.push(...(await this.news()));
    return inOrder(events.filter(({ time }) => time >= since));
  }

  /** What was written since the last call, in order. Survives rotation and truncation. */
  async news(): Promise<readonly TimelineEvent[]> {
    const events: TimelineEvent[] = [];
    for (const source of this.#sources) {
      for (const line of await this.#newLines(source.path)) pushEvent(events, source.parse(line));
    }
    return inOrder(events);
  }

  async #newLines(path: string): Promise<readonly string[]> {
    const before = this.#positions.get(path);
    const { text, position } = await this.#host.logs.readFrom(path, before, MOST_BYTES);
    this.#positions.set(path, position);
    const rotated = before !== undefined && before.inode !== position.inode;
    const earlier = rotated ? await this.#restOfRotated(path, before) : "";
    const cutOff = before !== undefined && !rotated && before.offset > position.offset;
    const unfinished = cutOff ? "" : (this.#unfinished.get(path) ?? "");
    const lines = `${unfinished}${earlier}${text}`.split("\n");
    // A line that is being written is read with the rest of it next time.
    this.#unfinished.set(path, (lines.pop() ?? "").slice(0, MOST_BYTES));
    return lines;
  }

  /** What was written between our last look and the rotation. */
  async #restOfRotated(path: string, before: LogPosition): Promise<string> {
    const rest = await this.#host.logs.readFrom(`${path}.1`, before, MOST_BYTES);
    return rest.position.inode === before.inode ? rest.text : "";
  }
}

function pushEvent(events: TimelineEvent[], event: TimelineEvent | undefined): void {
  if (event) events.push(event);
}

/** By time; what was written at the same time stays in the order of its file. */
function inOrder(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  return [...events].sort((a, b) => a.time - b.time);
}

/** Leaves out everyday life, and what smsd says again and again. Keeps state: give it events in their order. */
export function notableOnly(): (event: TimelineEvent) => boolean {
  const last = new Map<string, { readonly code: string; readonly time: number }>();
  return (event) => {
    if (event.routine) return false;
    if (event.source !== "smsd") return true;
    const before = last.get(event.subject);
    if (before?.code === event.code && Math.abs(event.time - before.time) < SILENCE && isRepeating(event)) return false;
    last.set(event.subject, { code: event.code, time: event.time });
    return true;
  };
}

/** Each message that comes or goes is an event of its own. */
function isRepeating({ code }: TimelineEvent): boolean {
  return code !== "traffic" && code !== "progress";
}
