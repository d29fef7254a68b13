import type { AgentHost } from "../../core/agent-ports.ts";
import { EVENTS_LOG } from "../paths.ts";
import type { TimelineEntry } from "../timeline/event.ts";
import { entryIn } from "./event-tail.ts";

/** A line has some 200 octets; of one file no more is read, so that no answer makes the agent big. */
const MOST_OCTETS = 512 * 1024;

/** The newest `limit` entries of the timeline since then (milliseconds since 1970), oldest first. */
export async function latestEntries(
  logs: AgentHost["logs"],
  since: number,
  limit: number,
): Promise<readonly TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  // What logrotate has set aside is older.
  for (const path of [EVENTS_LOG, `${EVENTS_LOG}.1`]) {
    const { text } = await logs.readFrom(path, undefined, MOST_OCTETS);
    const found = text.split("\n").flatMap((line) => entryIn(line) ?? []);
    entries.unshift(...found.filter(({ time }) => Date.parse(time) >= since));
    if (entries.length >= limit || entries.length < found.length) break;
  }
  return entries.slice(-limit);
}
