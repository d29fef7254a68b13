import { readlink } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { hasErrno, ModemkeeperError } from "../core/errors.ts";

/** The kernel's own limit (MAXSYMLINKS), so that a loop of links ends. */
const MOST_LINKS = 40;

/** Where the target's absolute path `path` lies for us. Its final component is never followed. */
export type PathResolver = (path: string) => Promise<string>;

/**
 * Under `/` paths are what they are. Under another root, links on the way are followed as the target would:
 * `/var/run` → `/run` stays inside the root instead of leading to the builder's own `/run`.
 */
export function pathResolver(root: string): PathResolver {
  if (root === "/") return async (path) => normalize(path);
  return (path) => resolveInRoot(root, path);
}

async function resolveInRoot(root: string, path: string): Promise<string> {
  const pending = normalize(join("/", path)).split("/").filter(Boolean);
  let done = "/";
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    const next = normalize(join(done, part));
    const target = pending.length > 0 ? await linkTarget(join(root, next)) : undefined;
    if (target === undefined) {
      done = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new ModemkeeperError("io", `too many symbolic links on the way to ${path}`);
    // A link's own `..` must not climb above the root: normalising an absolute path stops at `/`.
    const whole = normalize(join(target.startsWith("/") ? "/" : dirname(next), target));
    pending.unshift(...whole.split("/").filter(Boolean));
    done = "/";
  }
  return join(root, done);
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    // EINVAL: not a link. ENOENT and ENOTDIR: whoever uses the path will say so.
    if (hasErrno(error, "EINVAL") || hasErrno(error, "ENOENT") || hasErrno(error, "ENOTDIR")) return undefined;
    throw error;
  }
}
