import { randomBytes } from "node:crypto";
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { copyFile, mkdir, open, opendir, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { Place, RawName, SpoolFile, SpoolFiles, SpoolLook } from "../core/delivery-ports.ts";
import { hasErrno } from "../core/errors.ts";
import { syncFolder } from "./atomic-write.ts";
import { FewAtOnce } from "./few-at-once.ts";
import { ioError, naming } from "./io-errors.ts";

/** Names that are read from a folder at a time. */
const GROUP = 1024;
const FIRST_BUFFER = 16_384;
/** Each rename wakes another of libuv's threads, which takes the processor from the agent's own. */
const MOVES_AT_ONCE = 4;
/** O_NOFOLLOW: a link is refused (ELOOP). O_NONBLOCK: a FIFO cannot hold us up. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Of what is no file: a link with O_NOFOLLOW, a socket, a device without its driver. */
const NO_FILE: readonly string[] = ["ELOOP", "ENXIO", "ENODEV"];

/**
 * The spool on a real disk. What is asked for every message is asked synchronously: a small file that smsd has just written
 * is in the page cache, and reading it takes 11 µs so, 90 µs by way of libuv's threads (measured). What waits for the disk,
 * renames and fsync, goes by way of the threads.
 */
export class RealSpoolFiles implements SpoolFiles {
  readonly #commits = new Map<string, GroupCommit>();
  readonly #moves = new FewAtOnce(MOVES_AT_ONCE);
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_BUFFER);

  async *names(folder: string): AsyncIterable<readonly RawName[]> {
    const entries = await naming("list", folder, () => opendir(folder, { encoding: "latin1", bufferSize: GROUP }));
    let group: RawName[] = [];
    try {
      for await (const entry of entries) {
        group.push(entry.name);
        if (group.length < GROUP) continue;
        yield group;
        group = [];
      }
    } catch (error) {
      throw ioError("list", folder, error);
    }
    if (group.length > 0) yield group;
  }

  look(place: Place): SpoolLook | undefined {
    try {
      const stats = lstatSync(pathOf(place), { bigint: true });
      return { kind: kindOf(stats), modifiedAt: stats.mtimeNs, size: Number(stats.size) };
    } catch (error) {
      if (hasErrno(error, "ENOENT")) return undefined;
      throw ioError("look at", shown(place), error);
    }
  }

  read(place: Place, limit: number): SpoolFile | undefined {
    try {
      return this.#read(pathOf(place), limit);
    } catch (error) {
      if (hasErrno(error, "ENOENT")) return undefined;
      if (!NO_FILE.some((code) => hasErrno(error, code))) throw ioError("read", shown(place), error);
      const look = this.look(place);
      return look && { kind: "other", modifiedAt: Number(look.modifiedAt / 1_000_000n), size: look.size };
    }
  }

  async move(from: Place, to: Place): Promise<void> {
    const [source, target] = [pathOf(from), pathOf(to)];
    try {
      await this.#moves.run(() => rename(source, target));
    } catch (error) {
      if (!hasErrno(error, "EXDEV")) throw ioError("move", `${shown(from)} to ${to.folder}`, error);
      await naming("move", `${shown(from)} to ${to.folder}`, () => copyAcross(source, to));
      await this.remove(from);
    }
  }

  durable(folder: string): Promise<void> {
    let commit = this.#commits.get(folder);
    if (!commit) {
      commit = new GroupCommit(() => naming("sync", folder, () => syncFolder(folder)));
      this.#commits.set(folder, commit);
    }
    return commit.done();
  }

  async sync(place: Place): Promise<void> {
    await naming("sync", shown(place), async () => {
      const file = await open(pathOf(place), READ);
      await file.sync().finally(() => file.close());
    });
  }

  async write(place: Place, content: string): Promise<void> {
    const sibling = siblingOf(place);
    await naming("write", shown(place), async () => {
      try {
        const file = await open(pathOf(sibling), "wx", 0o600);
        try {
          await file.writeFile(content);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(pathOf(sibling), pathOf(place));
      } catch (error) {
        await this.remove(sibling).catch(() => {});
        throw error;
      }
    });
    await this.durable(place.folder);
  }

  async remove(place: Place): Promise<void> {
    await unlink(pathOf(place)).catch((error: unknown) => {
      if (!hasErrno(error, "ENOENT")) throw ioError("remove", shown(place), error);
    });
  }

  async makeFolder(folder: string): Promise<void> {
    await naming("make the folder", folder, async () => {
      const first = await mkdir(folder, { recursive: true, mode: 0o700 });
      if (first !== undefined) await syncFolder(dirname(first));
    });
  }

  #read(path: string | Buffer, limit: number): SpoolFile {
    const file = openSync(path, READ);
    try {
      const stats = fstatSync(file);
      const kind = kindOf(stats);
      const { size, mtimeMs: modifiedAt } = stats;
      if (kind !== "file") return { kind, modifiedAt, size };
      if (size > limit) return { kind: "too-big", modifiedAt, size };
      const octets = this.#readWhole(file, limit);
      if (octets > limit) return { kind: "too-big", modifiedAt, size: octets };
      return { kind: "file", content: this.#buffer.subarray(0, octets), modifiedAt };
    } finally {
      closeSync(file);
    }
  }

  /** Up to one octet more than `limit`: a file may grow while it is read. */
  #readWhole(file: number, limit: number): number {
    for (let octets = 0; ; ) {
      if (octets > limit) return octets;
      if (octets === this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], octets * 2);
      const more = readSync(file, this.#buffer, octets, this.#buffer.length - octets, octets);
      if (more === 0) return octets;
      octets += more;
    }
  }
}

/** Callers at the same time wait for one fsync, which begins after the last of them came. */
class GroupCommit {
  readonly #sync: () => Promise<void>;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  done(): Promise<void> {
    if (this.#next) return this.#next;
    const next = this.#running.then(() => {
      this.#next = undefined;
      return this.#sync();
    });
    this.#next = next;
    this.#running = next.catch(() => {});
    return next;
  }
}

/** Whole under its name or not there; with its time, which says when the message came. */
async function copyAcross(source: string | Buffer, to: Place): Promise<void> {
  const stats = lstatSync(source);
  if (!stats.isFile()) throw new Error("it is not a regular file, and another filesystem gets no other");
  const sibling = pathOf(siblingOf(to));
  try {
    await copyFile(source, sibling, constants.COPYFILE_EXCL);
    const file = await open(sibling, "r+");
    try {
      await file.utimes(stats.atime, stats.mtime);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(sibling, pathOf(to));
    await syncFolder(to.folder);
  } catch (error) {
    await unlink(sibling).catch(() => {});
    throw error;
  }
}

function kindOf(stats: Stats | BigIntStats): SpoolLook["kind"] {
  if (stats.isFile()) return "file";
  return stats.isDirectory() ? "folder" : "other";
}

/** Dot-files are nobody's messages. */
function siblingOf({ folder, name }: Place): Place {
  return { folder, name: `.${name}.modemkeeper-${randomBytes(4).toString("hex")}` };
}

const PLAIN = /^[ -~]+$/;

/** @throws ModemkeeperError io for what is no name */
function pathOf({ folder, name }: Place): string | Buffer {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) {
    throw ioError("use the name", JSON.stringify(name), new Error("it is none"));
  }
  if (PLAIN.test(name)) return `${folder}/${name}`;
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]);
}

/** For sentences: the folder and, since smsd chose them, only plain names. */
function shown({ folder, name }: Place): string {
  return /^[A-Za-z0-9._-]{1,80}$/.test(name) ? `${folder}/${name}` : `a file in ${folder}`;
}
