import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, keyOf } from "../cache.ts";
import { tool } from "../tool.ts";
import { contentOfFiles, REPOSITORY, repositoryFiles } from "./repository.ts";

/** The modem simulator as JavaScript: a folder to bring into the guest, and a key of what it is made from. */
export async function simulator(): Promise<{ readonly folder: string; readonly key: string }> {
  const key = keyOf(await contentOfFiles(await repositoryFiles("test/sim", "core", "tsconfig.json")));
  const folder = await cached("sim", key, async (draft) => {
    const config = join(draft, "tsconfig.json");
    await writeFile(config, JSON.stringify(compilerConfig(draft)));
    await tool(join(REPOSITORY, "node_modules/.bin/tsc"), ["-p", config], { cwd: REPOSITORY, seconds: 120 });
    await writeFile(join(draft, "package.json"), JSON.stringify({ type: "module" }));
  });
  return { folder, key };
}

function compilerConfig(outDir: string): object {
  return {
    extends: join(REPOSITORY, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      outDir,
      rootDir: REPOSITORY,
      typeRoots: [join(REPOSITORY, "node_modules/@types")],
    },
    include: [join(REPOSITORY, "test/sim/**/*.ts")],
  };
}
