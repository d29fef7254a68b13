import { chmod, lstat, mkdir, mkdtemp, rename, rm, unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { hasErrno, ModemkeeperError } from "../core/errors.ts";
import { naming } from "./io-errors.ts";

/**
 * Lets `server` listen on a unix socket at `path`. It is bound in a folder that only we may enter, gets its mode there, and
 * is then put in its place by a rename: nobody can connect before its mode says who may, and a client finds the old socket
 * or the new one. Returns what takes it away again.
 * @throws ModemkeeperError io if something stands there that is no socket, or it cannot be made
 */
export async function listenOnSocket(server: Server, path: string, mode: number): Promise<() => Promise<void>> {
  return naming("listen on", path, async () => {
    const before = await lstat(path).catch(absent);
    if (before && !before.isSocket()) {
      throw new ModemkeeperError("io", `cannot listen on ${path}: something that is no socket stands there`, {
        fix: `look at it, and move it away: ls -l ${path}`,
      });
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    const folder = await mkdtemp(join(dirname(path), ".api-"));
    try {
      const bound = join(folder, "s");
      await listening(server, { path: bound });
      await chmod(bound, mode);
      const { ino } = await lstat(bound);
      await rename(bound, path);
      return () => removeIfOurs(path, ino);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Settles when it listens. */
export function listening(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

async function removeIfOurs(path: string, ino: number): Promise<void> {
  const there = await lstat(path).catch(absent);
  if (there?.ino === ino) await unlink(path).catch(absent);
}

function absent(error: unknown): undefined {
  if (!hasErrno(error, "ENOENT")) throw error;
}
