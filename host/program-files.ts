import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasErrno, ModemkeeperError } from "../core/errors.ts";
import type { ProgramFiles } from "../core/ports.ts";

/** The program's name in its package.json: how its root is told from a folder above that has one, too. */
const NAME = "modemkeeper";

/**
 * The program's own data. From source, code and data share the package root; built, code and the data beside it lie in
 * `dist/` while `templates/` stays at the package root: so the folder of the code is asked first, then the root.
 */
export async function programFiles(): Promise<ProgramFiles> {
  const code = dirname(dirname(fileURLToPath(import.meta.url)));
  const { root, version } = await packageRoot(code);
  const folders = code === root ? [root] : [code, root];
  return {
    version,
    read: (path) => firstThere(folders, path, (full) => readFile(full, "utf8")),
    list: async (path) => (await firstThere(folders, path, (full) => readdir(full))).sort(),
  };
}

async function packageRoot(start: string): Promise<{ root: string; version: string }> {
  for (let folder = start; ; folder = dirname(folder)) {
    const text = await readFile(join(folder, "package.json"), "utf8").catch(() => undefined);
    const manifest: { name?: string; version?: string } = text === undefined ? {} : JSON.parse(text);
    if (manifest.name === NAME) return { root: folder, version: manifest.version ?? "0.0.0" };
    if (folder === dirname(folder)) {
      throw new ModemkeeperError("precondition-missing", `no package.json of ${NAME} above ${start}`, {
        fix: "install the program again with `sudo ./bootstrap.sh`",
      });
    }
  }
}

async function firstThere<T>(folders: readonly string[], path: string, use: (full: string) => Promise<T>): Promise<T> {
  for (const folder of folders) {
    try {
      return await use(join(folder, path));
    } catch (error) {
      if (!hasErrno(error, "ENOENT")) throw error;
    }
  }
  throw new ModemkeeperError("not-found", `the program has no file ${path}`, {
    fix: "install the program again with `sudo ./bootstrap.sh`",
  });
}
