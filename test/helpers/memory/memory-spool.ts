import type { FolderWatch, Place, RawName, SpoolFile, SpoolFiles, SpoolLook } from "../../../core/delivery-ports.ts";
import { ModemkeeperError } from "../../../core/errors.ts";

export interface SpoolEntry {
  readonly kind: "file" | "folder" | "other";
  readonly content: Buffer;
  /** Nanoseconds since 1970. */
  readonly modifiedAt: bigint;
}

type Folder = Map<RawName, SpoolEntry>;

/** Carries out one call of a port, or does not; `line` says which. Throws as the disk would. */
export type Gate = (line: string) => void;

/**
 * smsd's spool in memory. It outlives the processes that work on it: each has its own `files(gate)`. What was not made
 * durable is lost by `powerCut`.
 */
export class MemorySpool {
  readonly folders = new Map<string, Folder>();
  readonly #durable = new Map<string, Folder>();
  readonly #listeners = new Set<{ readonly folder: string; readonly listener: (name: RawName) => void }>();

  /** A folder that was there before. */
  folder(path: string): Folder {
    const known = this.folders.get(path);
    if (known) return known;
    const made: Folder = new Map();
    this.folders.set(path, made);
    return made;
  }

  /** smsd, or whoever, puts something there; it survives a power cut. */
  put(folder: string, name: RawName, content: string | Buffer, modifiedAt: bigint, kind: SpoolEntry["kind"] = "file") {
    const entry = { kind, content: Buffer.from(content), modifiedAt };
    this.folder(folder).set(name, entry);
    this.#durableFolder(folder).set(name, entry);
    this.#tell(folder, name);
  }

  names(folder: string): readonly RawName[] {
    return [...this.folder(folder).keys()].sort();
  }

  text(folder: string, name: RawName): string | undefined {
    return this.folders.get(folder)?.get(name)?.content.toString();
  }

  powerCut(): void {
    for (const path of this.folders.keys()) this.folders.set(path, new Map(this.#durable.get(path)));
  }

  /** The port of one process. `nothing`: what a call of a dead process comes to. */
  files(gate: Gate): SpoolFiles {
    const gated = async <T>(line: string, work: () => T): Promise<T> => {
      gate(line);
      return work();
    };
    const self = this;
    return {
      async *names(folder) {
        gate(`list ${folder}`);
        yield [...self.#existing(folder).keys()];
      },
      look: ({ folder, name }) => {
        gate(`look ${folder}/${name}`);
        if (self.folders.has(`${folder}/${name}`)) return { kind: "folder", modifiedAt: 0n, size: 0 };
        return look(self.folders.get(folder)?.get(name));
      },
      read: ({ folder, name }, limit) => {
        gate(`read ${folder}/${name}`);
        return read(self.folders.get(folder)?.get(name), limit);
      },
      move: (from, to) => gated(`move ${from.folder}/${from.name} ${to.folder}`, () => self.#move(from, to)),
      durable: (folder) => gated(`sync ${folder}`, () => self.#commit(folder)),
      sync: ({ folder, name }) => gated(`sync ${folder}/${name}`, () => {}),
      write: (place, content) => gated(`write ${place.folder}/${place.name}`, () => self.#write(place, content)),
      remove: ({ folder, name }) =>
        gated(`remove ${folder}/${name}`, () => void self.folders.get(folder)?.delete(name)),
      makeFolder: (folder) => gated(`make ${folder}`, () => void self.folder(folder)),
    };
  }

  /** Tells of each change, at once; `alive` until the process is dead. */
  watch(alive: () => boolean): FolderWatch {
    return {
      watch: (folder, listener) => {
        const entry = { folder, listener: (name: RawName) => void (alive() && listener(name)) };
        this.#listeners.add(entry);
        return () => void this.#listeners.delete(entry);
      },
    };
  }

  #tell(changed: string, name: RawName): void {
    for (const { folder, listener } of [...this.#listeners]) if (folder === changed) listener(name);
  }

  #existing(folder: string): Folder {
    const found = this.folders.get(folder);
    if (!found) throw new ModemkeeperError("io", `cannot list ${folder}: there is no such folder`);
    return found;
  }

  #durableFolder(path: string): Folder {
    const known = this.#durable.get(path) ?? new Map<RawName, SpoolEntry>();
    this.#durable.set(path, known);
    return known;
  }

  #move(from: Place, to: Place): void {
    const entry = this.folders.get(from.folder)?.get(from.name);
    if (!entry) throw new ModemkeeperError("io", `cannot move ${from.name}: there is none`);
    this.#existing(to.folder).set(to.name, entry);
    this.#existing(from.folder).delete(from.name);
    this.#tell(from.folder, from.name);
  }

  #write({ folder, name }: Place, content: string): void {
    const entry = { kind: "file" as const, content: Buffer.from(content), modifiedAt: 0n };
    this.#existing(folder).set(name, entry);
    this.#commit(folder);
  }

  /** As a journal does: what was done before, wherever, is written first. A rename is in both folders or in neither. */
  #commit(folder: string): void {
    this.#existing(folder);
    for (const [path, entries] of this.folders) this.#durable.set(path, new Map(entries));
  }
}

function look(entry: SpoolEntry | undefined): SpoolLook | undefined {
  return entry && { kind: entry.kind, modifiedAt: entry.modifiedAt, size: entry.content.length };
}

function read(entry: SpoolEntry | undefined, limit: number): SpoolFile | undefined {
  if (!entry) return undefined;
  const modifiedAt = Number(entry.modifiedAt / 1_000_000n);
  const size = entry.content.length;
  if (entry.kind !== "file") return { kind: entry.kind, modifiedAt, size };
  if (size > limit) return { kind: "too-big", modifiedAt, size };
  return { kind: "file", content: entry.content, modifiedAt };
}
