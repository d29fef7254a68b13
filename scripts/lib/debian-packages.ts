import { $ } from "zx/core";

/** apt must not ask anything here. */
const UNATTENDED = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };

const run = $({ quiet: true, nothrow: true, env: UNATTENDED });

/** Those of `names` that are not installed; all of them where there is no dpkg. */
export async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own syntax.
  const format = "${Package} ${db:Status-Status}\n";
  const { stdout } = await run`dpkg-query -W ${`-f=${format}`} ${[...names]}`;
  const installed = new Set(stdout.split("\n").filter((line) => line.endsWith(" installed")));
  return names.filter((name) => !installed.has(`${name} installed`));
}

/** True where apt knows a version of `name` that it could fetch now. */
export async function isAvailable(name: string): Promise<boolean> {
  const { stdout } = await run`apt-cache policy ${name}`;
  return /^\s*Candidate: (?!\(none\))/m.test(stdout);
}

/** Reads the package lists. Returns what apt said where it fails. */
export async function updateLists(): Promise<string | undefined> {
  return failureOf(await run`apt-get update`);
}

/** Installs packages and nothing that they merely recommend. Returns what apt said where it fails. */
export async function installPackages(names: readonly string[]): Promise<string | undefined> {
  return failureOf(
    await run`apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 ${[...names]}`,
  );
}

function failureOf(output: { exitCode: number | null; stderr: string }): string | undefined {
  return output.exitCode === 0 ? undefined : output.stderr.trim().split("\n").slice(-5).join("\n");
}
