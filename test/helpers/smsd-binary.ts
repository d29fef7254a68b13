import { execFile } from "node:child_process";
import { access, constants, mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A real smsd that a test may start. */
export interface SmsdBinary {
  readonly binary: string;
  /** Environment to start it with: finds its libraries. */
  readonly env: NodeJS.ProcessEnv;
}

const INSTALLED = "/usr/sbin/smsd";
/** smsd's statistics need libmm, which no other package here brings. */
const PACKAGES = ["smstools", "libmm14"];
const DOWNLOAD_LIMIT = 120_000;

function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return process.env.MODEMKEEPER_CACHE || join(base, "modemkeeper");
}

/**
 * The installed smsd, or else one unpacked from Debian's package into the cache: nothing is installed, so no
 * service starts. Returns the reason where neither can be had; throws it under `CI=true`, where a skip is a failure.
 */
export async function findSmsd(): Promise<SmsdBinary | { readonly reason: string }> {
  try {
    return (await installed()) ?? (await unpacked());
  } catch (error) {
    const reason = `no smsd: ${error instanceof Error ? error.message.trim() : String(error)}`;
    if (process.env.CI === "true") throw new Error(reason, { cause: error });
    return { reason };
  }
}

async function installed(): Promise<SmsdBinary | undefined> {
  return (await isExecutable(INSTALLED)) ? { binary: INSTALLED, env: { ...process.env } } : undefined;
}

async function unpacked(): Promise<SmsdBinary> {
  const { stdout } = await run("dpkg", ["--print-architecture"]);
  const architecture = stdout.trim();
  const root = join(cacheFolder(), `smsd-${architecture}`);
  const binary = join(root, "usr/sbin/smsd");
  if (!(await isExecutable(binary))) await unpackInto(root);
  const env = { ...process.env, LD_LIBRARY_PATH: await findLibraries(root) };
  // Shows that it can be loaded at all.
  await run(binary, ["-h"], { env });
  return { binary, env };
}

/** The folder appears under its final name only when it is complete; of two at once, one wins. */
async function unpackInto(root: string): Promise<void> {
  const draft = `${root}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    await run("apt-get", ["download", "-qq", ...PACKAGES], { cwd: draft, timeout: DOWNLOAD_LIMIT });
    for (const name of await readdir(draft)) {
      if (name.endsWith(".deb")) await run("dpkg-deb", ["-x", join(draft, name), draft]);
    }
    await rm(root, { recursive: true, force: true });
    await rename(draft, root);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function findLibraries(root: string): Promise<string> {
  const entries = await readdir(join(root, "usr/lib"), { recursive: true, withFileTypes: true });
  const library = entries.find(({ name }) => name.startsWith("libmm.so"));
  if (!library) throw new Error("the package libmm14 has no libmm.so");
  return library.parentPath;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
