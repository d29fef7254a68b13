import type { AgentHost } from "../../core/agent-ports.ts";
import { filesIn } from "../../core/files-in.ts";
import type { FileEntry } from "../../core/ports.ts";
import { parentOf } from "../../provision/desired/paths.ts";

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
  const [stat] = await host.stats.of([path]);
  // Sizes are those of where links lead; a link itself is small.
  if (stat && stat.size > limit && (await isRegular(host, path)))
    return { kind: "too-big", modifiedAt: stat.modifiedAt };
  return host.files.read(path);
}

async function isRegular({ stats }: Pick<AgentHost, "stats">, path: string): Promise<boolean> {
  const folder = parentOf(path);
  const name = path.slice(folder.length + 1);
  return (await filesIn(stats, folder)).some((entry) => entry.name === name);
}
