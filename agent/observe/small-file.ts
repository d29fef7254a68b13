import type { AgentHost } from "../../core/agent-ports.ts";
import type { FileEntry } from "../../core/ports.ts";

/** What is not read because it is too large to be what it should be. */
export interface TooBig {
  readonly kind: "too-big";
  readonly modifiedAt: number;
}

/**
 * What is at `path`, a link not followed; of a file larger than `limit` bytes only that it is. For files that anybody may
 * have put there.
 */
export async function readSmall(
  host: Pick<AgentHost, "files" | "stats">,
  path: string,
  limit: number,
): Promise<FileEntry | TooBig | undefined> {
  const file = await host.stats.regular(path);
  if (file && file.size > limit) return { kind: "too-big", modifiedAt: file.modifiedAt };
  return host.files.read(path);
}
