import type { AgentHost } from "../../core/agent-ports.ts";
import { isMessageName } from "../../core/sms/message-name.ts";

const LOCK = ".LOCK";

/** What is known of one of smsd's folders; its files themselves would be too many to remember. */
export interface FolderSummary {
  /** Files that are messages by their names. */
  readonly messages: number;
  /** When the eldest of them was written, milliseconds since 1970; Infinity if there is none. */
  readonly eldest: number;
  /** What smsd has locked, by a `.LOCK` for each; the files themselves may be gone. */
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
    const { files, summary } = await this.#look(folder);
    this.#known.set(folder, { at, files, summary });
    return summary;
  }

  async #look(folder: string): Promise<Omit<Known, "at">> {
    let [files, messages, eldest] = [0, 0, Number.POSITIVE_INFINITY];
    const locked: string[] = [];
    await this.#host.stats.eachIn(folder, ({ name, modifiedAt }) => {
      files += 1;
      if (name.endsWith(LOCK)) locked.push(name.slice(0, -LOCK.length));
      if (!isMessageName(name)) return;
      messages += 1;
      eldest = Math.min(eldest, modifiedAt);
    });
    return { files, summary: { messages, eldest, locked } };
  }
}
