import type { AgentHost } from "../../core/agent-ports.ts";
import { readSmall } from "../observe/small-file.ts";
import { STATE_FILE } from "../paths.ts";
import type { AgentState } from "../state.ts";

/** The agent looks at least every half minute; an older state is that of one that hangs, or is gone. */
const FRESH_MS = 90_000;
/** 64 modems with all their findings take a tenth of this. */
const MAX_BYTES = 1_048_576;

/** What the agent last saw; undefined if it does not run, or has not looked for long. `now`: milliseconds since 1970. */
export async function readState(
  host: Pick<AgentHost, "files" | "stats">,
  now: number,
): Promise<AgentState | undefined> {
  const entry = await readSmall(host, STATE_FILE, MAX_BYTES);
  if (entry?.kind !== "file") return undefined;
  const state = parse(entry.content);
  if (state?.format !== "modemkeeper.state/1") return undefined;
  return Math.abs(now - Date.parse(state.at)) <= FRESH_MS ? state : undefined;
}

/** Written by the agent in one go, or not at all. */
function parse(text: string): AgentState | undefined {
  try {
    return JSON.parse(text) as AgentState;
  } catch {
    return undefined;
  }
}
