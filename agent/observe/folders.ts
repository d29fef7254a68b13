import type { AgentHost, FileStat } from "../../core/agent-ports.ts";

export type FolderEntry = FileStat & { readonly name: string };

/**
 * Files in folders. Each costs a system call, so a folder is not listed again before as many milliseconds have passed as it
 * has files: ten thousand messages are counted every ten seconds, ten always.
 */
export class Folders {
  readonly #host: Pick<AgentHost, "stats" | "monotonic">;
  readonly #known = new Map<string, { readonly at: number; readonly entries: readonly FolderEntry[] }>();

  constructor(host: Pick<AgentHost, "stats" | "monotonic">) {
    this.#host = host;
  }

  async list(folder: string): Promise<readonly FolderEntry[]> {
    const now = this.#host.monotonic.now();
    const known = this.#known.get(folder);
    if (known && now - known.at < known.entries.length) return known.entries;
    const entries = await this.#host.stats.inFolder(folder);
    this.#known.set(folder, { at: now, entries });
    return entries;
  }
}
