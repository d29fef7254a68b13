import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cached, keyOf } from "../cache.ts";
import { tool } from "../tool.ts";
import { contentOfFiles, copyRepository, REPOSITORY, repositoryFiles } from "./repository.ts";

/** What the program is built from; nothing below test/ is part of it. */
const SOURCES = [
  ...["core", "host", "provision", "agent", "templates", "scripts"],
  ...["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "inventory.yaml"],
];

/** What a release folder holds beside the program's own Node. */
const RELEASE = ["dist", "man", "templates", "package.json", "inventory.yaml", "inventory.schema.json"];

/** A release of the program, built from the working tree: the content of /opt/modemkeeper/releases/KEY without Node. */
export async function program(): Promise<{ readonly folder: string; readonly key: string }> {
  const files = await repositoryFiles(...SOURCES);
  const key = keyOf(await contentOfFiles(files));
  const folder = await cached("program", key, async (draft) => {
    const build = join(draft, "build");
    await copyRepository(files, build);
    await symlink(join(REPOSITORY, "node_modules"), join(build, "node_modules"));
    await tool("npm", ["run", "build"], { cwd: build, seconds: 180 });
    for (const name of RELEASE.filter((entry) => existsSync(join(build, entry)))) {
      await rename(join(build, name), join(draft, name));
    }
    await rm(build, { recursive: true });
    await copyProductionModules(draft);
  });
  return { folder, key };
}

/** The dependencies that are not for development, as the lock file has them. */
async function copyProductionModules(folder: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(REPOSITORY, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  for (const [path, entry] of Object.entries(lock.packages)) {
    const source = join(REPOSITORY, path);
    if (path === "" || entry.dev === true || !existsSync(source) || existsSync(join(folder, path))) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await tool("cp", ["-r", "--", source, join(folder, path)]);
  }
}
