import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { cached, keyOf } from "../cache.ts";
import { tool } from "../tool.ts";
import { npmPack } from "./node.ts";
import { REPOSITORY } from "./repository.ts";

/** Where a guest serves the folder below to itself: npm takes no `file:` registry. */
export const REGISTRY_URL = "http://127.0.0.1:4873/";

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
}

/** An npm package as a registry offers it. */
interface Offer {
  readonly name: string;
  readonly version: string;
  readonly tarball: string;
}

/**
 * A folder that a plain web server turns into an npm registry, with everything that the lock file installs on this
 * machine, and `extra` packages (`name@version`): `NAME/index.html` is the packument, `NAME/-/…tgz` the tarball.
 */
export async function registry(extra: readonly string[]): Promise<string> {
  const lockText = await readFile(join(REPOSITORY, "package-lock.json"), "utf8");
  return await cached("registry", keyOf(lockText, ...extra), async (draft) => {
    const lock = JSON.parse(lockText) as { readonly packages: Readonly<Record<string, LockEntry>> };
    const cache = join((await tool("npm", ["config", "get", "cache"])).trim(), "_cacache");
    const offers = new Map<string, Offer[]>();
    for (const [path, entry] of Object.entries(lock.packages)) {
      if (path === "" || !existsSync(join(REPOSITORY, path))) continue;
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      const version = entry.version ?? "";
      add(offers, { name, version, tarball: await lockedTarball(cache, name, version, entry.integrity ?? "") });
    }
    const downloads = join(draft, "downloads");
    await mkdir(downloads);
    for (const spec of extra) add(offers, await download(spec, downloads));
    for (const [name, versions] of offers) await publish(join(draft, name), name, versions);
    await rm(downloads, { recursive: true });
  });
}

function add(offers: Map<string, Offer[]>, offer: Offer): void {
  const known = offers.get(offer.name) ?? [];
  if (!known.some(({ version }) => version === offer.version)) offers.set(offer.name, [...known, offer]);
}

/** The tarball in npm's own cache, which files content by its hash; asks npm to fetch what is not there. */
async function lockedTarball(cache: string, name: string, version: string, integrity: string): Promise<string> {
  const [algorithm = "", digest = ""] = integrity.split("-");
  const hex = Buffer.from(digest, "base64").toString("hex");
  const file = join(cache, "content-v2", algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
  if (!existsSync(file)) await tool("npm", ["cache", "add", `${name}@${version}`], { seconds: 120 });
  return file;
}

async function download(spec: string, folder: string): Promise<Offer> {
  const at = spec.lastIndexOf("@");
  const [name, version] = [spec.slice(0, at), spec.slice(at + 1)];
  const home = join(folder, keyOf(spec));
  await mkdir(home);
  return { name, version, tarball: await npmPack(spec, home) };
}

async function publish(folder: string, name: string, offers: readonly Offer[]): Promise<void> {
  await mkdir(join(folder, "-"), { recursive: true });
  const versions: Record<string, object> = {};
  for (const { version, tarball } of offers) {
    const file = `${basename(name)}-${version}.tgz`;
    await copyFile(tarball, join(folder, "-", file));
    const manifest = JSON.parse(await manifestOf(tarball)) as object;
    const dist = { integrity: await integrityOf(tarball), tarball: `${REGISTRY_URL}${name}/-/${file}` };
    versions[version] = { ...manifest, name, version, dist };
  }
  const latest = offers.at(-1)?.version;
  await writeFile(join(folder, "index.html"), JSON.stringify({ name, "dist-tags": { latest }, versions }));
}

/** A tarball's package.json; its top folder is usually, but not always, called `package`. */
async function manifestOf(tarball: string): Promise<string> {
  const wanted = ["--wildcards", "--no-wildcards-match-slash", "*/package.json"];
  return await tool("tar", ["-xzOf", tarball, ...wanted]);
}

async function integrityOf(file: string): Promise<string> {
  return `sha512-${createHash("sha512")
    .update(await readFile(file))
    .digest("base64")}`;
}
