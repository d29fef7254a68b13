import { constants } from "node:fs";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasErrno } from "../core/errors.ts";
import type { Lock, Locks } from "../core/ports.ts";
import type { Exec } from "./exec.ts";
import { naming } from "./io-errors.ts";
import { pathResolver } from "./rooted-path.ts";

/** flock(1) with -n or -w exits with this when another holds the lock. */
const HELD = 1;
/** For starting the helper on a busy board, beyond the wait itself. */
const MARGIN = 30_000;
/**
 * In a folder that all may write to (/run/lock): whoever may use a modem must be able to take its lock, and the shell's
 * `exec 9>LOCK` opens for writing. Elsewhere the lock is its owner's alone: leave to read is enough to hold it for ever.
 */
const MODE = { shared: 0o666, own: 0o600 };
const ALL_MAY_WRITE = 0o002;

/**
 * flock(2) locks. Node cannot take one, so util-linux `flock` takes it on a descriptor that it inherits from us: the
 * lock belongs to the open file, stays when the helper exits, and goes with our process, however that ends.
 */
export class FlockLocks implements Locks {
  readonly #exec: Exec;
  readonly #root: string;

  constructor(exec: Exec, root: string) {
    this.#exec = exec;
    this.#root = root;
  }

  async tryLock(path: string): Promise<Lock | undefined> {
    return this.#lock(path, ["-n"], 0);
  }

  async lock(path: string, wait: number): Promise<Lock | undefined> {
    return this.#lock(path, ["-w", String(wait / 1000)], wait);
  }

  async #lock(path: string, patience: readonly string[], wait: number): Promise<Lock | undefined> {
    const real = await pathResolver(this.#root)(path);
    const file = await naming("open the lock", real, () => openLock(real));
    const taken = await this.#take(file, patience, wait).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    if (taken) return { release: () => file.close() };
    await file.close();
    return undefined;
  }

  async #take(file: FileHandle, patience: readonly string[], wait: number): Promise<boolean> {
    const options = { descriptor: file.fd, accept: [HELD], timeout: wait + MARGIN };
    const { code } = await this.#exec("flock", [...patience, "-x", "3"], options);
    return code === 0;
  }
}

/**
 * Opened first without O_CREAT: in a sticky folder that all may write to, as /run/lock is, `fs.protected_regular` refuses
 * O_CREAT even to root for a file that another user made (proc_sys_fs(5)).
 */
async function openLock(path: string): Promise<FileHandle> {
  const there = await openExisting(path);
  if (there) return there;
  await mkdir(dirname(path), { recursive: true });
  const folder = await stat(dirname(path));
  const mode = folder.mode & ALL_MAY_WRITE ? MODE.shared : MODE.own;
  try {
    const made = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, mode);
    // Past the umask.
    await made.chmod(mode);
    return made;
  } catch (error) {
    const others = hasErrno(error, "EEXIST") ? await openExisting(path) : undefined;
    if (others) return others;
    throw error;
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
