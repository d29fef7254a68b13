import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const DAY_MS = 24 * 3600 * 1000;

/** Where the lab keeps what it builds: never inside the repository. */
export function labCache(): string {
  const base =
    process.env.MODEMKEEPER_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "modemkeeper");
  return join(base, "lab");
}

/** A short name of these inputs: same inputs, same name. */
export function keyOf(...inputs: readonly string[]): string {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  return hash.digest("hex").slice(0, 16);
}

/** All files below `folder` with their content, as one input for `keyOf`. */
export async function contentOf(folder: string, accept: (path: string) => boolean = () => true): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const parts: string[] = [];
  for (const file of files.filter(accept).sort()) {
    const { mode } = await stat(file);
    parts.push(keyOf(file.slice(folder.length), mode.toString(8), await readFile(file, "latin1")));
  }
  return parts.join(" ");
}

/**
 * The folder `KIND/KEY` of the cache, built on first use. It appears by rename, so a build that was cut short leaves
 * nothing that looks finished; of two processes that need it at once, one builds and the other waits.
 */
export async function cached(kind: string, key: string, build: (folder: string) => Promise<void>): Promise<string> {
  const home = join(labCache(), kind);
  const folder = join(home, key);
  if (!existsSync(folder)) {
    await mkdir(home, { recursive: true });
    await exclusively(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await buildInto(folder, build);
    });
    await prune(home, 2 * DAY_MS);
  }
  const now = new Date();
  await utimes(folder, now, now);
  return folder;
}

async function buildInto(folder: string, build: (draft: string) => Promise<void>): Promise<void> {
  const draft = await mkdtemp(join(dirname(folder), "draft-"));
  try {
    await build(draft);
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Does `work` while no other process does; the lock of a process that is gone counts for nothing. */
async function exclusively(lock: string, work: () => Promise<void>): Promise<void> {
  while (!(await tryLock(lock))) {
    const holder = Number(await readFile(lock, "utf8").catch(() => ""));
    if (holder > 0 && !existsSync(`/proc/${holder}`)) await rm(lock, { force: true });
    await sleep(200);
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function tryLock(lock: string): Promise<boolean> {
  return await writeFile(lock, String(process.pid), { flag: "wx" }).then(
    () => true,
    () => false,
  );
}

/** Removes what nobody has used for `maxAgeMs`: drafts of killed runs, images of yesterday's inputs. */
export async function prune(folder: string, maxAgeMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const age =
      Date.now() -
      (await stat(path).then(
        (entry) => entry.mtimeMs,
        () => Date.now(),
      ));
    if (age > maxAgeMs) await rm(path, { recursive: true, force: true });
  }
}
