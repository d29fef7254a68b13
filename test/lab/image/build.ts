import { copyFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached, contentOf, keyOf } from "../cache.ts";
import { nodeBinary } from "../parts/node.ts";
import { tool } from "../tool.ts";
import { EXCLUDED_PATHS, IMAGE_PACKAGES, OFFLINE_PACKAGES } from "./packages.ts";

const SUITE = "bookworm";
const DISK_SIZE = "3G";

export interface Image {
  readonly key: string;
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** The lab's Debian disk, built from packages on first use (about 50 s) and again when an input changes. */
export async function ensureImage(say: (line: string) => void): Promise<Image> {
  const node = await nodeBinary();
  const key = keyOf(await contentOf(import.meta.dirname), SUITE, DISK_SIZE, node.key);
  const folder = await cached("images", key, async (draft) => {
    say("building the Debian image (once; about a minute)");
    await buildRoot(draft, node.file);
    await rm(join(draft, "root"), { recursive: true });
  });
  return { key, disk: join(folder, "root.img"), kernel: join(folder, "vmlinuz"), initrd: join(folder, "initrd.img") };
}

async function buildRoot(folder: string, node: string): Promise<void> {
  const root = join(folder, "root");
  const here = import.meta.dirname;
  await tool(
    "mmdebstrap",
    [
      "--variant=minbase",
      "--mode=root",
      `--include=${IMAGE_PACKAGES.join(",")}`,
      ...EXCLUDED_PATHS.map((path) => `--dpkgopt=path-exclude=${path}`),
      ...(await proxyOptions()),
      `--extract-hook=${quote(join(here, "prepare.sh"))} "$1" ${quote(join(here, "overlay"))}`,
      `--customize-hook=${[join(here, "customize.sh")].map(quote)} "$1" ${[node, ...OFFLINE_PACKAGES].map(quote).join(" ")}`,
      SUITE,
      root,
      ...(await mirrors()),
    ],
    { seconds: 600 },
  );
  const boot = await readdir(join(root, "boot"));
  for (const name of ["vmlinuz", "initrd.img"]) {
    const file = boot.find((entry) => entry.startsWith(`${name}-`));
    if (file === undefined) throw new Error(`the image has no /boot/${name}-*: ${boot.join(" ")}`);
    await copyFile(join(root, "boot", file), join(folder, name));
  }
  await tool("mke2fs", ["-q", "-t", "ext4", "-d", root, "-F", join(folder, "root.draft"), DISK_SIZE], { seconds: 120 });
  await rename(join(folder, "root.draft"), join(folder, "root.img"));
}

/** The package sources that this machine itself uses for the suite; none means mmdebstrap's own default. */
async function mirrors(): Promise<string[]> {
  const format = "$(TARGET_OF) $(REPO_URI) $(RELEASE) $(COMPONENT)";
  const targets = await tool("apt-get", ["indextargets", "--format", format]).catch(() => "");
  const lines = targets.split("\n").map((line) => line.split(" "));
  const ours = lines.filter(([kind, , release]) => kind === "deb" && release?.split("-")[0] === SUITE);
  return [...new Set(ours.map(([, uri, release, component]) => `deb ${uri} ${release} ${component}`))];
}

async function proxyOptions(): Promise<string[]> {
  const config = await tool("apt-config", ["dump", "Acquire::http::Proxy", "Acquire::https::Proxy"]).catch(() => "");
  const lines = config.split("\n").filter((line) => /^Acquire::https?::Proxy "[^"]+";$/.test(line));
  return lines.map((line) => `--aptopt=${line}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
