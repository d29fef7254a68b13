import type { AgentHost } from "../../core/agent-ports.ts";
import type { FileEntry } from "../../core/ports.ts";

/**
 * What is at `path`, a link not followed; a file larger than `limit` bytes is not read and shows as `too-big`. For files that
 * anybody may have put there.
 */
export async function readSmall(
  host: Pick<AgentHost, "files" | "stats">,
  path: string,
  limit: number,
): Promise<FileEntry | { readonly kind: "too-big"; readonly modifiedAt: number } | undefined> {
  const [stat] = await host.stats.of([path]);
  if (!stat) return undefined;
  if (stat.size > limit) return { kind: "too-big", modifiedAt: stat.modifiedAt };
  return host.files.read(path);
}
