import type { FileStat, Logs, Stats } from "../../../core/agent-ports.ts";
import type { FileEntry } from "../../../core/ports.ts";
import type { MemoryFiles } from "./memory-files.ts";

/** Logs and sizes of the files of a machine in memory: each write by rename is another inode, an append is not. */
export class MemoryGrowingFiles {
  readonly #files: MemoryFiles;
  readonly #now: () => number;
  readonly #inodes = new WeakMap<FileEntry, number>();
  #nextInode = 1000;

  constructor(files: MemoryFiles, now: () => number) {
    this.#files = files;
    this.#now = now;
  }

  readonly logs: Logs = {
    append: async (path, line) => this.append(path, line.endsWith("\n") ? line : `${line}\n`),
    readFrom: async (path, position, limit) => {
      const entry = this.#files.entries.get(path);
      if (entry?.kind !== "file") return { text: "", position: { inode: 0, offset: 0 } };
      const inode = this.#inodeOf(entry);
      const bytes = Buffer.from(entry.content, entry.encoding ?? "utf8");
      const same = position?.inode === inode && position.offset <= bytes.length;
      const start = Math.max(same ? position.offset : 0, bytes.length - limit);
      return { text: bytes.toString("utf8", start), position: { inode, offset: bytes.length } };
    },
  };

  readonly stats: Stats = {
    of: async (paths) => paths.map((path) => this.#stat(path)),
    regular: async (path) => this.#regular(path),
    eachIn: async (path, see) => {
      for (const name of await this.#files.list(path)) {
        const stat = this.#regular(`${path}/${name}`);
        if (stat) see({ name, ...stat });
      }
    },
    move: async (from, to) => {
      const entry = this.#files.entries.get(from);
      if (!entry) throw new Error(`cannot move ${from}: no such file`);
      this.#files.entries.delete(from);
      this.#files.put(to, entry);
    },
  };

  /** Adds to a file as another program does, e.g. smsd to its log; makes it if it is not there. */
  append(path: string, text: string): void {
    const there = this.#files.entries.get(path);
    const before = there?.kind === "file" ? there : undefined;
    const attributes = before ?? { mode: 0o640, owner: "root", group: "root" };
    const content = (before?.content ?? "") + text;
    const entry: FileEntry = { ...attributes, kind: "file", content, modifiedAt: this.#now() };
    if (before) this.#inodes.set(entry, this.#inodeOf(before));
    this.#files.put(path, entry);
  }

  #regular(path: string): FileStat | undefined {
    return this.#files.entries.get(path)?.kind === "file" ? this.#stat(path) : undefined;
  }

  #stat(path: string): FileStat | undefined {
    const entry = this.#files.entries.get(path);
    if (!entry) return undefined;
    const size = entry.kind === "file" ? Buffer.byteLength(entry.content, entry.encoding ?? "utf8") : 0;
    return { inode: this.#inodeOf(entry), size, modifiedAt: entry.modifiedAt };
  }

  #inodeOf(entry: FileEntry): number {
    const known = this.#inodes.get(entry);
    if (known !== undefined) return known;
    this.#nextInode += 1;
    this.#inodes.set(entry, this.#nextInode);
    return this.#nextInode;
  }
}
