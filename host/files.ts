import { isUtf8 } from "node:buffer";
import { constants, type Stats } from "node:fs";
import { chmod, lstat, mkdir, open, readdir, readFile, readlink, rmdir, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { hasErrno } from "../core/errors.ts";
import type { DirectorySpec, FileEntry, FileSpec, Files } from "../core/ports.ts";
import { type Attributes, linkAtomically, setAttributesOf, syncFolder, writeAtomically } from "./atomic-write.ts";
import { naming } from "./io-errors.ts";
import { type PathResolver, pathResolver } from "./rooted-path.ts";
import { UserDatabase } from "./user-database.ts";

const PERMISSION_BITS = 0o7777;

/** The file system under `root`. Every refusal is a ModemkeeperError io that names the path as this machine sees it. */
export class RealFiles implements Files {
  readonly #resolve: PathResolver;
  readonly #users: UserDatabase;

  constructor(root: string) {
    this.#resolve = pathResolver(root);
    this.#users = new UserDatabase(this.#resolve);
  }

  async read(path: string): Promise<FileEntry | undefined> {
    const real = await this.#resolve(path);
    return naming("read", real, async () => {
      const stats = await statOrNothing(real);
      if (!stats) return undefined;
      const names = await this.#users.namesOf(stats.uid, stats.gid);
      const attributes = { mode: stats.mode & PERMISSION_BITS, ...names, modifiedAt: stats.mtimeMs };
      return await withContent(real, stats, attributes).catch((error: unknown) => {
        // Gone since it was looked at: links of terminals go whenever a modem does.
        if (hasErrno(error, "ENOENT")) return undefined;
        throw error;
      });
    });
  }

  async list(path: string): Promise<readonly string[]> {
    const real = await this.#resolve(path);
    return naming("list", real, async () => {
      try {
        return (await readdir(real)).sort();
      } catch (error) {
        if (hasErrno(error, "ENOENT")) return [];
        throw error;
      }
    });
  }

  async write(path: string, spec: FileSpec): Promise<void> {
    const real = await this.#resolve(path);
    const attributes = await this.#attributes(spec);
    await naming("write", real, async () => {
      await makeParents(real);
      await writeAtomically(real, Buffer.from(spec.content, spec.encoding ?? "utf8"), attributes);
    });
  }

  async makeDirectory(path: string, spec: DirectorySpec): Promise<void> {
    const real = await this.#resolve(path);
    const attributes = await this.#attributes(spec);
    await naming("make the folder", real, async () => {
      await makeParents(real);
      await mkdir(real, 0o700).catch((error: unknown) => {
        if (!hasErrno(error, "EEXIST")) throw error;
      });
      await setAttributesAt(real, attributes, constants.O_DIRECTORY);
      await syncFolder(dirname(real));
    });
  }

  async setAttributes(path: string, spec: DirectorySpec): Promise<void> {
    const real = await this.#resolve(path);
    const attributes = await this.#attributes(spec);
    await naming("set mode and owner of", real, () => setAttributesAt(real, attributes, 0));
  }

  async link(path: string, target: string): Promise<void> {
    const real = await this.#resolve(path);
    await naming("make the link", real, async () => {
      await makeParents(real);
      await linkAtomically(real, target, { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 });
    });
  }

  async remove(path: string): Promise<void> {
    const real = await this.#resolve(path);
    await naming("remove", real, async () => {
      const stats = await statOrNothing(real);
      if (!stats) return;
      await (stats.isDirectory() ? rmdir(real) : unlink(real));
      await syncFolder(dirname(real));
    });
  }

  async #attributes(spec: DirectorySpec): Promise<Attributes> {
    return { mode: spec.mode, ...(await this.#users.idsOf(spec.owner, spec.group)) };
  }
}

async function statOrNothing(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasErrno(error, "ENOENT") || hasErrno(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

type EntryAttributes = Pick<FileEntry, "mode" | "owner" | "group" | "modifiedAt">;

async function withContent(path: string, stats: Stats, attributes: EntryAttributes): Promise<FileEntry> {
  if (stats.isDirectory()) return { ...attributes, kind: "directory" };
  if (stats.isSymbolicLink()) return { ...attributes, kind: "link", target: await readlink(path) };
  if (!stats.isFile()) return { ...attributes, kind: "other" };
  const bytes = await readFile(path);
  if (isUtf8(bytes)) return { ...attributes, kind: "file", content: bytes.toString("utf8") };
  return { ...attributes, kind: "file", content: bytes.toString("latin1"), encoding: "latin1" };
}

/** O_NOFOLLOW: a link in its place is refused (ELOOP, or ENOTDIR with O_DIRECTORY). O_NONBLOCK: a FIFO cannot hold us up. */
async function setAttributesAt(path: string, attributes: Attributes, flags: number): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | flags);
  try {
    await setAttributesOf(file, attributes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Parent folders that are missing, from the top down, each 0755 whatever the umask. */
async function makeParents(path: string): Promise<void> {
  const parent = dirname(path);
  try {
    await mkdir(parent, 0o755);
  } catch (error) {
    if (hasErrno(error, "EEXIST")) return;
    if (!hasErrno(error, "ENOENT")) throw error;
    await makeParents(parent);
    await mkdir(parent, 0o755);
  }
  await chmod(parent, 0o755);
  await syncFolder(dirname(parent));
}
