import type { Place, SpoolFiles } from "../../core/delivery-ports.ts";
import type { Clock } from "../../core/ports.ts";
import { type MessageState, stateFromText, stateToText } from "./message-state.ts";
import { stateName, stateOf } from "./names.ts";
import type { Trouble } from "./trouble.ts";

/** Thirty-two sinks with their last errors take a tenth of this. */
const MAX_OCTETS = 65_536;
const AGAIN_MS = 5_000;
/** A person's `sms retry` puts the state down first and the message right after it. */
const RETRY_ORPHAN_MS = 3_600_000;

export interface StateStoreParts {
  readonly spoolFiles: SpoolFiles;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly folder: string;
  readonly trouble: Trouble;
}

/** States of messages on disk, one file each, written one after the other: only the newest of a message matters. */
export class StateStore {
  readonly #parts: StateStoreParts;
  /** What earlier agents or a person left, by id, until its message turns up. */
  readonly #found = new Map<string, MessageState>();
  /** Ids whose file there is. */
  readonly #written = new Set<string>();
  readonly #unsaved = new Map<string, MessageState>();
  #writing: Promise<void> | undefined;
  #loaded = false;
  readonly #stop = new AbortController();

  constructor(parts: StateStoreParts) {
    this.#parts = parts;
  }

  /** Reads what is there, once. What makes no sense is left out: its message is then delivered to every sink. */
  async load(): Promise<void> {
    const { spoolFiles, folder, trouble } = this.#parts;
    if (this.#loaded) return;
    try {
      await spoolFiles.makeFolder(folder);
      for await (const names of spoolFiles.names(folder)) {
        for (const name of names) this.#load(stateOf(name));
      }
      this.#loaded = true;
      trouble.over(REMEMBERED, folder);
    } catch (error) {
      trouble.begun(REMEMBERED, folder, error);
    }
  }

  #load(id: string | undefined): void {
    if (id === undefined || this.#written.has(id)) return;
    this.#written.add(id);
    const state = this.#read(id);
    if (state) this.#found.set(id, state);
  }

  #read(id: string): MessageState | undefined {
    const file = this.#parts.spoolFiles.read(this.#place(id), MAX_OCTETS);
    return file?.kind === "file" ? stateFromText(Buffer.from(file.content).toString("utf8"), id) : undefined;
  }

  /** What is known of a message that has turned up. */
  take(id: string): MessageState | undefined {
    const state = this.#found.get(id);
    this.#found.delete(id);
    return state;
  }

  /** The message is to be looked at anew. */
  giveBack(state: MessageState): void {
    this.#found.set(state.id, state);
  }

  /** What a person's `sms retry` left while we run; undefined if there is nothing of the kind. */
  takeRetry(id: string): MessageState | undefined {
    const state = this.take(id) ?? this.#readQuietly(id);
    if (state?.retry !== true) return undefined;
    this.#written.add(id);
    return state;
  }

  #readQuietly(id: string): MessageState | undefined {
    try {
      return this.#read(id);
    } catch {
      return undefined;
    }
  }

  /** To be written soon. */
  save(state: MessageState): void {
    this.#unsaved.set(state.id, state);
    this.#writing ??= this.#write();
  }

  /** The message has been put away. */
  async remove(id: string): Promise<void> {
    this.#unsaved.delete(id);
    if (this.#unsaved.size === 0 && this.#loaded) this.#parts.trouble.over(REMEMBERED, this.#parts.folder);
    if (!this.#written.delete(id)) return;
    await this.#parts.spoolFiles.remove(this.#place(id)).catch(() => void this.#removeLater(id));
  }

  /** What stays in the end is an orphan, which the next start removes. */
  async #removeLater(id: string): Promise<void> {
    this.#written.add(id);
    await this.#parts.clock.sleep(AGAIN_MS, this.#stop.signal);
    if (!this.#stop.signal.aborted && !this.#unsaved.has(id)) await this.remove(id);
  }

  #place(id: string): Place {
    return { folder: this.#parts.folder, name: stateName(id) };
  }

  /** Every message has turned up that there is: states of others are orphans. */
  async removeOrphans(): Promise<void> {
    const now = this.#parts.clock.now().getTime();
    for (const [id, state] of [...this.#found]) {
      const look = this.#parts.spoolFiles.look(this.#place(id));
      const age = look ? now - Number(look.modifiedAt / 1_000_000n) : 0;
      if (state.retry === true && age < RETRY_ORPHAN_MS) continue;
      this.#found.delete(id);
      await this.remove(id);
    }
  }

  /** Writes what is still to be written, once. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#writing;
    for (const state of [...this.#unsaved.values()]) await this.#writeOne(state);
  }

  async #write(): Promise<void> {
    for (let state = this.#next(); state && !this.#stop.signal.aborted; state = this.#next()) {
      if (!(await this.#writeOne(state))) await this.#parts.clock.sleep(AGAIN_MS, this.#stop.signal);
    }
    this.#writing = undefined;
  }

  #next(): MessageState | undefined {
    return this.#unsaved.values().next().value;
  }

  async #writeOne(state: MessageState): Promise<boolean> {
    const { spoolFiles, folder, trouble } = this.#parts;
    const { id } = state;
    this.#written.add(id);
    try {
      await spoolFiles.write(this.#place(id), stateToText(state));
      trouble.over(REMEMBERED, folder);
    } catch (error) {
      trouble.begun(REMEMBERED, folder, error);
      return false;
    }
    if (this.#unsaved.get(id) === state) this.#unsaved.delete(id);
    // Put away while it was being written.
    else if (!this.#unsaved.has(id)) await spoolFiles.remove(this.#place(id)).catch(() => {});
    return true;
  }
}

/** As in "received messages cannot be remembered". */
const REMEMBERED = "remembered";
