import { dirname } from "node:path";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { DirectorySpec, FileEntry, FileSpec, Files } from "../../../core/ports.ts";

/** Who owns what by default. */
const ROOT_FOLDER: DirectorySpec = { mode: 0o755, owner: "root", group: "root" };

/** A file system as a map from absolute paths; folders are entries of their own, as on disk. */
export class MemoryFiles implements Files {
  readonly entries = new Map<string, FileEntry>();
  readonly #now: () => number;
  readonly #checkOwner: (owner: string, group: string) => void;

  constructor(now: () => number, checkOwner: (owner: string, group: string) => void) {
    this.#now = now;
    this.#checkOwner = checkOwner;
  }

  async read(path: string): Promise<FileEntry | undefined> {
    return this.entries.get(path);
  }

  async list(path: string): Promise<readonly string[]> {
    const prefix = path === "/" ? "/" : `${path}/`;
    const names = [...this.entries.keys()]
      .filter((key) => key.startsWith(prefix) && key !== prefix && !key.slice(prefix.length).includes("/"))
      .map((key) => key.slice(prefix.length));
    return names.sort();
  }

  async write(path: string, spec: FileSpec): Promise<void> {
    this.#checkOwner(spec.owner, spec.group);
    this.#refuseFolder("write", path);
    this.put(path, { ...spec, kind: "file", modifiedAt: this.#now() });
  }

  async makeDirectory(path: string, spec: DirectorySpec): Promise<void> {
    this.#checkOwner(spec.owner, spec.group);
    const there = this.entries.get(path);
    if (there && there.kind !== "directory") {
      throw new ModemkeeperError("io", `cannot make the folder ${path}: something else is in its place`);
    }
    this.put(path, { ...spec, kind: "directory", modifiedAt: this.#now() });
  }

  async setAttributes(path: string, spec: DirectorySpec): Promise<void> {
    this.#checkOwner(spec.owner, spec.group);
    const there = this.entries.get(path);
    if (!there || there.kind === "link") {
      throw new ModemkeeperError("io", `cannot set mode and owner of ${path}: no file or folder is there`);
    }
    this.entries.set(path, { ...there, ...spec });
  }

  async link(path: string, target: string): Promise<void> {
    this.#refuseFolder("make the link", path);
    this.put(path, { kind: "link", target, mode: 0o777, owner: "root", group: "root", modifiedAt: this.#now() });
  }

  async remove(path: string): Promise<void> {
    if ((await this.list(path)).length > 0) {
      throw new ModemkeeperError("io", `cannot remove ${path}: the folder is not empty`);
    }
    this.entries.delete(path);
  }

  /** Puts an entry there together with the folders above it. */
  put(path: string, entry: FileEntry): void {
    const parent = dirname(path);
    if (parent !== path && !this.entries.has(parent)) {
      this.put(parent, { ...ROOT_FOLDER, kind: "directory", modifiedAt: this.#now() });
    }
    this.entries.set(path, entry);
  }

  #refuseFolder(doing: string, path: string): void {
    if (this.entries.get(path)?.kind !== "directory") return;
    throw new ModemkeeperError("io", `cannot ${doing} ${path}: a folder is in its place`);
  }
}
