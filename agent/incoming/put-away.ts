import type { Place, RawName, SpoolFiles } from "../../core/delivery-ports.ts";
import type { IncomingSection } from "../../core/model/inventory.ts";
import type { Clock } from "../../core/ports.ts";
import { backoff } from "../decide/backoff.ts";
import { MINUTE, SECOND } from "../decide/durations.ts";
import { type DeadLetter, deadLetterToText } from "./message-state.ts";
import { duplicateName, putAwayName, whyName } from "./names.ts";
import type { Trouble } from "./trouble.ts";

export interface PutAwayParts {
  readonly spoolFiles: SpoolFiles;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly section: Pick<IncomingSection, "processed" | "deadLetter">;
  readonly trouble: Trouble;
}

const FIRST_PAUSE = SECOND;
const LONGEST_PAUSE = MINUTE;
/** As in "received messages cannot be put away". */
const PUT_AWAY = "put away";

/**
 * Renames messages to where they are kept: the rename is the outcome, and the new name the memory of it. What the disk
 * refuses is tried again for as long as the agent lives.
 */
export class PutAway {
  readonly #parts: PutAwayParts;
  readonly #stop: AbortSignal;

  constructor(parts: PutAwayParts, stop: AbortSignal) {
    this.#parts = parts;
    this.#stop = stop;
  }

  /** Makes the folders where they are missing. */
  async prepare(): Promise<void> {
    const { processed, deadLetter } = this.#parts.section;
    await this.#parts.spoolFiles.makeFolder(processed);
    await this.#parts.spoolFiles.makeFolder(deadLetter);
  }

  /** Every sink has it. True when that survives a power cut; false if the agent ends before. `refused`: called at the first refusal of the disk. */
  processed(from: Place, id: string, refused: () => void): Promise<boolean> {
    return this.#move(from, { folder: this.#parts.section.processed, name: putAwayName(id, this.#now()) }, refused);
  }

  /** It was given up. The reason is on disk before the message is. */
  async deadLetter(from: Place, letter: Omit<DeadLetter, "format" | "at" | "name" | "folder">): Promise<boolean> {
    const at = this.#now();
    const to = { folder: this.#parts.section.deadLetter, name: putAwayName(letter.id, at) };
    const why: DeadLetter = {
      format: "modemkeeper.dead-letter/1",
      id: letter.id,
      name: from.name,
      folder: from.folder,
      at: new Date(at).toISOString(),
      reason: letter.reason,
      sinks: letter.sinks,
    };
    const { spoolFiles } = this.#parts;
    const written = await this.#persist(to.name, async () => {
      await spoolFiles.write({ folder: to.folder, name: whyName(to.name) }, deadLetterToText(why));
      // smsd writes without fsync, and somebody will want to read it.
      if (spoolFiles.look(from)?.kind === "file") await spoolFiles.sync(from);
    });
    return written && (await this.#move(from, to));
  }

  /** It was delivered before. */
  async duplicate(from: Place, id: string): Promise<boolean> {
    const folder = this.#parts.section.processed;
    let name = "";
    const chosen = await this.#persist(from.name, async () => {
      name = this.#freeName(folder, id);
    });
    return chosen && (await this.#move(from, { folder, name }));
  }

  /** @throws ModemkeeperError io if the folder cannot be looked at */
  #freeName(folder: string, id: string): RawName {
    const at = this.#now();
    for (let count = 1; ; count += 1) {
      const name = duplicateName(id, at, count);
      if (!this.#parts.spoolFiles.look({ folder, name })) return name;
    }
  }

  async #move(from: Place, to: Place, refused: () => void = () => {}): Promise<boolean> {
    const { spoolFiles } = this.#parts;
    const move = async () => {
      // A person may have taken it away meanwhile.
      await spoolFiles.move(from, to).catch((error: unknown) => {
        if (this.#isThere(from)) throw error;
      });
    };
    if (!(await this.#persist(to.name, move, refused))) return false;
    return await this.#persist(to.name, async () => {
      // In this order: where the file system does not keep the two together, a message may be in both, never in none.
      await spoolFiles.durable(to.folder);
      await spoolFiles.durable(from.folder);
    });
  }

  #isThere(place: Place): boolean {
    try {
      return this.#parts.spoolFiles.look(place) !== undefined;
    } catch {
      return true;
    }
  }

  /** Does it until it succeeds; false if the agent ends before. */
  async #persist(key: string, work: () => Promise<void>, refused: () => void = () => {}): Promise<boolean> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        if (attempts > 1) await this.prepare();
        await work();
        this.#parts.trouble.over(PUT_AWAY, key);
        return true;
      } catch (error) {
        this.#parts.trouble.begun(PUT_AWAY, key, error);
        if (attempts === 1) refused();
      }
      if (this.#stop.aborted) return false;
      await this.#parts.clock.sleep(backoff(attempts, FIRST_PAUSE, LONGEST_PAUSE), this.#stop);
    }
  }

  #now(): number {
    return this.#parts.clock.now().getTime();
  }
}
