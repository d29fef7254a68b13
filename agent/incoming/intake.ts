import type { MonotonicClock } from "../../core/agent-ports.ts";
import type { FolderWatch, Place, RawName, SpoolFiles } from "../../core/delivery-ports.ts";
import { Backlog, type Candidate } from "./backlog.ts";
import type { NameOf } from "./dated-names.ts";
import type { Reading, ReadMessage } from "./reading.ts";
import type { Trouble } from "./trouble.ts";
import type { Source } from "./waiting.ts";

/** Events may be lost, and what was unreadable may be readable now. */
const RESCAN_MS = 30_000;
/** A file that nobody has written to for so long is as complete as it will be. */
const QUIET_MS = 2_000;
/** Files that are read in one go; then others have their turn. */
const SLICE = 32;

export interface IntakeParts {
  readonly spoolFiles: SpoolFiles;
  readonly watch: FolderWatch;
  readonly monotonic: Pick<MonotonicClock, "now">;
  readonly read: ReadMessage;
  /** Is this the name of a message, as far as can be told from it? */
  readonly isMessageName: (name: RawName) => boolean;
  readonly sources: readonly Source[];
  readonly trouble: Trouble;
  /** Something was found: it is known from now on. */
  readonly found: (source: Source, name: RawName, reading: Found) => void;
  /** Is there room for more? */
  readonly hungry: () => boolean;
  /** After a few were found, or there was nothing to find: begin deliveries. */
  readonly served: () => void;
}

/** What is somebody's business: a message, or what never will be one. */
export type Found = Extract<Reading, { kind: "message" | "malformed" }>;

interface Unripe {
  readonly source: Source;
  readonly name: RawName;
  readonly octets: number;
  readonly modifiedAt: number;
  /** Monotonic milliseconds: when it will have been quiet for long enough. */
  readonly at: number;
}

/**
 * Finds messages in smsd's folders: each file when it is told of, all of them from time to time. Never more of them at once
 * than there is room for.
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #backlog: Backlog;
  readonly #unripe = new Map<Source, Map<RawName, Unripe>>();
  readonly #unwatch = new Map<Source, () => void>();
  #scanning = false;
  #scanAt = 0;
  /** When the first of the unripe will have been quiet for long enough. */
  #ripeAt = Number.POSITIVE_INFINITY;
  #feeding = false;
  #stopped = false;
  #scanned = false;
  /** Since the last scan. */
  #unreadable = 0;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#backlog = new Backlog((place) => parts.read(place, false));
    for (const source of parts.sources) this.#unripe.set(source, new Map());
  }

  /** Every file that lay there at the start has been seen. */
  get caughtUp(): boolean {
    return this.#scanned && this.#backlog.size === 0 && this.#unripeCount === 0;
  }

  /** Files that nobody has looked into yet. */
  get unread(): number {
    return this.#backlog.size + this.#unripeCount;
  }

  get #unripeCount(): number {
    return [...this.#unripe.values()].reduce((sum, files) => sum + files.size, 0);
  }

  stop(): void {
    this.#stopped = true;
    for (const unwatch of this.#unwatch.values()) unwatch();
    this.#unwatch.clear();
  }

  /** Monotonic milliseconds at which `tick` has something to do. */
  get wakeAt(): number {
    return Math.min(this.#scanAt, this.#ripeAt);
  }

  /** Does what is due. */
  tick(): void {
    const now = this.#parts.monotonic.now();
    if (now >= this.#ripeAt) this.#ripen(now);
    if (now < this.#scanAt) return;
    this.#scanAt = now + RESCAN_MS;
    void this.#scan();
  }

  /** Looks at one file again, as if it had just come. */
  again(source: Source, name: RawName): void {
    this.#come(source, name);
  }

  /** Goes on with what waits to be read, as far as there is room. */
  feed(): void {
    if (this.#feeding || this.#scanning || this.#stopped) return;
    let count = 0;
    while (this.#parts.hungry()) {
      if (count === SLICE) {
        this.#feeding = true;
        setImmediate(() => {
          this.#feeding = false;
          this.feed();
        });
        break;
      }
      const candidate = this.#backlog.take();
      if (candidate === undefined) break;
      this.#look(candidate, false);
      count += 1;
    }
    if (count > 0) this.#parts.served();
  }

  /** Something happened to a file, or to one that is not named. */
  #event(source: Source, name: RawName | undefined): void {
    if (this.#stopped) return;
    if (name === undefined) {
      void this.#scan();
      return;
    }
    if (this.#parts.isMessageName(name) && !source.known.has(name)) this.#come(source, name);
  }

  #come(source: Source, name: RawName): void {
    // What waits already is older.
    if (this.#backlog.size > 0 || this.#scanning || !this.#parts.hungry()) {
      this.#backlog.add({ source, name });
      return;
    }
    this.#look({ source, name }, false);
    this.#parts.served();
  }

  #look(candidate: Candidate, quiet: boolean): void {
    const { source, name } = candidate;
    if (source.known.has(name)) return;
    const reading = candidate.reading ?? this.#parts.read(this.#place(candidate), quiet);
    const unripe = this.#unripe.get(source);
    if (reading.kind === "later") {
      this.#wait(source, name, reading);
      return;
    }
    unripe?.delete(name);
    if (reading.kind === "unreadable") {
      this.#unreadable += 1;
      this.#parts.trouble.begun("read", "", reading.error);
    } else if (reading.kind === "message" || reading.kind === "malformed") {
      source.known.add(name);
      this.#parts.found(source, name, reading);
    }
  }

  #place({ source, name }: Candidate): Place {
    return { folder: source.folder, name };
  }

  #wait(source: Source, name: RawName, { octets, modifiedAt }: Extract<Reading, { kind: "later" }>): void {
    const files = this.#unripe.get(source);
    const before = files?.get(name);
    if (before?.octets === octets && before.modifiedAt === modifiedAt) return;
    const at = this.#parts.monotonic.now() + QUIET_MS;
    files?.set(name, { source, name, octets, modifiedAt, at });
    this.#ripeAt = Math.min(this.#ripeAt, at);
  }

  /** Takes those that have been quiet for long enough. */
  #ripen(now: number): void {
    const files = [...this.#unripe.values()].flatMap((known) => [...known.values()]);
    this.#ripeAt = Number.POSITIVE_INFINITY;
    for (const file of files) {
      if (file.at <= now) this.#ripe(file);
      else this.#ripeAt = Math.min(this.#ripeAt, file.at);
    }
  }

  #ripe(file: Unripe): void {
    const { source, name } = file;
    const reading = this.#parts.read(this.#place(file), false);
    if (reading.kind === "later" && (reading.octets !== file.octets || reading.modifiedAt !== file.modifiedAt)) {
      this.#wait(source, name, reading);
      return;
    }
    this.#look(file, true);
  }

  async #scan(): Promise<void> {
    // What is still to be read will be; events tell of what comes.
    if (this.#scanning || this.#backlog.size > 0) return;
    this.#scanning = true;
    if (this.#unreadable === 0) this.#parts.trouble.over("read", "");
    this.#unreadable = 0;
    try {
      await this.#backlog.fill(this.#parts.spoolFiles, this.#candidates());
      this.#scanned = true;
      this.#parts.trouble.over("found", "");
    } catch (error) {
      this.#parts.trouble.begun("found", "", error);
    } finally {
      this.#scanning = false;
    }
    this.feed();
    this.#parts.served();
  }

  async *#candidates(): AsyncIterable<readonly NameOf[]> {
    for (const source of this.#parts.sources) {
      this.#watch(source);
      for await (const names of this.#parts.spoolFiles.names(source.folder)) {
        const unknown = names.filter((name) => this.#parts.isMessageName(name) && !source.known.has(name));
        yield unknown.map((name) => ({ source, name }));
      }
    }
  }

  /** Anew each time: the folder may have been replaced. */
  #watch(source: Source): void {
    this.#unwatch.get(source)?.();
    this.#unwatch.delete(source);
    if (this.#stopped) return;
    const unwatch = this.#parts.watch.watch(source.folder, (name) => this.#event(source, name));
    if (unwatch) this.#unwatch.set(source, unwatch);
  }
}
