import { copyFile, mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { cached, keyOf } from "../cache.ts";
import { tool } from "../tool.ts";

export const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** The files that a clone of the working tree would hold (changed and new ones included), sorted. */
export async function repositoryFiles(...under: readonly string[]): Promise<readonly string[]> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...under];
  const listed = (await tool("git", args, { cwd: REPOSITORY })).split("\0").filter((path) => path !== "");
  const present = await Promise.all(listed.map((path) => isFile(join(REPOSITORY, path))));
  return [...new Set(listed.filter((_, index) => present[index]))].sort();
}

/** One input for a cache key: names, modes and content of these files. */
export async function contentOfFiles(files: readonly string[]): Promise<string> {
  const parts = files.map(async (path) => keyOf(path, await readFile(join(REPOSITORY, path), "latin1")));
  return (await Promise.all(parts)).join(" ");
}

/** Copies these files of the repository, and nothing else, below `folder`. */
export async function copyRepository(files: readonly string[], folder: string): Promise<void> {
  for (const path of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await copyFile(join(REPOSITORY, path), join(folder, path));
  }
}

/** A folder with what a fresh clone of the working tree would hold. */
export async function repositoryCopy(): Promise<string> {
  const files = await repositoryFiles();
  return await cached("repository", keyOf(await contentOfFiles(files)), async (draft) => copyRepository(files, draft));
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
