import { messageOf } from "../../core/errors.ts";
import type { AgentLog } from "../log.ts";

interface Ongoing {
  readonly sentence: string;
  /** What of it fails: files, folders. */
  readonly keys: Set<string>;
}

/** What keeps messages from being taken or put away, by what is tried. Logged when it begins and when all of it is over. */
export class Trouble {
  readonly #log: Pick<AgentLog, "write">;
  readonly #ongoing = new Map<string, Ongoing>();

  constructor(log: Pick<AgentLog, "write">) {
    this.#log = log;
  }

  get sentences(): readonly string[] {
    return [...this.#ongoing.values()].map(({ sentence }) => sentence);
  }

  /** `doing` as in "received messages cannot be put away", `key`: of what. */
  begun(doing: string, key: string, error: unknown): void {
    const known = this.#ongoing.get(doing);
    if (known) {
      known.keys.add(key);
      return;
    }
    const sentence = messageOf(error);
    this.#ongoing.set(doing, { sentence, keys: new Set([key]) });
    this.#log.write("warning", `received messages cannot be ${doing}, trying again: ${sentence}`);
  }

  /** That works now. */
  over(doing: string, key: string): void {
    const known = this.#ongoing.get(doing);
    if (!known?.keys.delete(key) || known.keys.size > 0) return;
    this.#ongoing.delete(doing);
    this.#log.write("info", `received messages can be ${doing} again`);
  }
}
