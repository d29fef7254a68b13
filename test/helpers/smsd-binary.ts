import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { isExecutable, unpackedPackages } from "./unpacked-packages.ts";

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
  const root = await unpackedPackages("smsd", PACKAGES, "usr/sbin/smsd");
  const binary = join(root, "usr/sbin/smsd");
  const env = { ...process.env, LD_LIBRARY_PATH: await findLibraries(root) };
  // Shows that it can be loaded at all.
  await run(binary, ["-h"], { env });
  return { binary, env };
}

async function findLibraries(root: string): Promise<string> {
  const entries = await readdir(join(root, "usr/lib"), { recursive: true, withFileTypes: true });
  const library = entries.find(({ name }) => name.startsWith("libmm.so"));
  if (!library) throw new Error("the package libmm14 has no libmm.so");
  return library.parentPath;
}
