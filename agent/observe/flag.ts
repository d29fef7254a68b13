import type { AgentHost } from "../../core/agent-ports.ts";
import type { StopFlag } from "../../core/manual-stop.ts";
import { readSmall } from "./small-file.ts";

/** Scripts write two lines. */
const MAX_BYTES = 4096;

/** The manual stop flag as it stands; undefined if there is none. A file of more than 4 KiB is no flag. */
export async function observeFlag(
  host: Pick<AgentHost, "files" | "stats">,
  path: string,
): Promise<StopFlag | undefined> {
  const entry = await readSmall(host, path, MAX_BYTES);
  if (!entry) return undefined;
  const { modifiedAt } = entry;
  if (entry.kind === "too-big") return { kind: "other", owner: "", modifiedAt, content: "" };
  const content = entry.kind === "file" ? entry.content.slice(0, MAX_BYTES) : "";
  return { kind: entry.kind, owner: entry.owner, modifiedAt, content };
}
