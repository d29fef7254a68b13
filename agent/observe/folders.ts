import type { AgentHost, FileStat } from "../../core/agent-ports.ts";
import { isMessageName } from "../../core/sms/message-name.ts";

const LOCK = ".LOCK";

/** What is known of one of smsd's folders; its files themselves would be too many to remember. */
export interface FolderSummary {
  /** Files that are messages by their names. */
  readonly messages: number;
  /** When the eldest of them was written, milliseconds since 1970. */
  readonly eldest: number;
  /** Files that smsd has locked, by a `.LOCK` beside each. */
  readonly locked: readonly string[];
}

interface Known {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly files: number;
  readonly summary: FolderSummary;
}

/**
 * Files in folders. Each costs a system call, so a folder is not listed again before as many milliseconds have passed as it
 * has files: ten thousand messages are counted every ten seconds, ten always.
 */
export class Folders {
  readonly #host: Pick<AgentHost, "stats" | "monotonic">;
  readonly #known = new Map<string, Known>();

  constructor(host: Pick<AgentHost, "stats" | "monotonic">) {
    this.#host = host;
  }

  async summary(folder: string): Promise<FolderSummary> {
    const at = this.#host.monotonic.now();
    const known = this.#known.get(folder);
    if (known && at - known.at < known.files) return known.summary;
    const entries = await this.#host.stats.inFolder(folder);
    const summary = summaryOf(entries);
    this.#known.set(folder, { at, files: entries.length, summary });
    return summary;
  }
}

function summaryOf(entries: readonly (FileStat & { readonly name: string })[]): FolderSummary {
  const messages = entries.filter(({ name }) => isMessageName(name));
  const names = new Set(entries.map(({ name }) => name));
  const locked = [...names].filter((name) => name.endsWith(LOCK)).map((name) => name.slice(0, -LOCK.length));
  return {
    messages: messages.length,
    eldest: messages.reduce((least, { modifiedAt }) => Math.min(least, modifiedAt), Number.POSITIVE_INFINITY),
    locked: locked.filter((name) => names.has(name)),
  };
}
