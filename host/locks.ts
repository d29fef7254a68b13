import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Locks } from "../core/ports.ts";
import type { Exec } from "./exec.ts";
import { naming } from "./io-errors.ts";
import { pathResolver } from "./rooted-path.ts";

/** flock(1) with -n exits with this when another holds the lock. */
const HELD = 1;

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

  async tryLock(path: string): Promise<{ release(): Promise<void> } | undefined> {
    const real = await pathResolver(this.#root)(path);
    const file = await naming("open the lock", real, async () => {
      await mkdir(dirname(real), { recursive: true });
      return open(real, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
    });
    const taken = await this.#take(file).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    if (taken) return { release: () => file.close() };
    await file.close();
    return undefined;
  }

  async #take(file: FileHandle): Promise<boolean> {
    const { code } = await this.#exec("flock", ["-n", "-x", "3"], { descriptor: file.fd, accept: [HELD] });
    return code === 0;
  }
}
