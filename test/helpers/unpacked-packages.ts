import { execFile } from "node:child_process";
import { access, constants, mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const DOWNLOAD_LIMIT = 120_000;

function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return process.env.MODEMKEEPER_CACHE || join(base, "modemkeeper");
}

/**
 * Folder in the cache into which Debian packages are unpacked, done once: nothing is installed, so no service starts.
 * `binary`: a program of theirs, relative to it.
 * @throws Error if they cannot be had
 */
export async function unpackedPackages(name: string, packages: readonly string[], binary: string): Promise<string> {
  const { stdout } = await run("dpkg", ["--print-architecture"]);
  const root = join(cacheFolder(), `${name}-${stdout.trim()}`);
  if (!(await isExecutable(join(root, binary)))) await unpackInto(root, packages);
  return root;
}

/** The folder appears under its final name only when it is complete; of two at once, one wins. */
async function unpackInto(root: string, packages: readonly string[]): Promise<void> {
  const draft = `${root}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    await run("apt-get", ["download", "-qq", ...packages], { cwd: draft, timeout: DOWNLOAD_LIMIT });
    for (const name of await readdir(draft)) {
      if (name.endsWith(".deb")) await run("dpkg-deb", ["-x", join(draft, name), draft]);
    }
    await rm(root, { recursive: true, force: true });
    await rename(draft, root);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
