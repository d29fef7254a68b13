import { ModemkeeperError, messageOf } from "../core/errors.ts";
import type { Packages } from "../core/ports.ts";
import { systemdRuns } from "./booted.ts";
import { type Exec, type ExecOptions, execInRoot } from "./exec.ts";

const UPDATE_TIMEOUT = 10 * 60_000;
const INSTALL_TIMEOUT = 30 * 60_000;

/**
 * apt must neither ask nor replace a configuration file that is there: debconf by the environment, dpkg's conffiles by
 * `--force-conf*`, and smstools' own /etc/smsd.conf, which ucf manages, by UCF_FORCE_CONFFOLD (ucf(1)).
 */
const UNATTENDED = {
  DEBIAN_FRONTEND: "noninteractive",
  DEBCONF_NONINTERACTIVE_SEEN: "true",
  UCF_FORCE_CONFFOLD: "1",
  APT_LISTCHANGES_FRONTEND: "none",
  NEEDRESTART_MODE: "l",
};

/** Plain lines instead of progress bars; and a fresh machine's own unattended upgrade may hold the lock for a while. */
const QUIET_AND_PATIENT = ["Dpkg::Use-Pty=0", "DPkg::Lock::Timeout=300"];

/** dpkg and apt of the target. */
export class RealPackages implements Packages {
  readonly #exec: Exec;
  readonly #root: string;

  constructor(exec: Exec, root: string) {
    this.#exec = execInRoot(exec, root);
    this.#root = root;
  }

  async installed(name: string): Promise<string | undefined> {
    const known = await this.#status(name);
    return known?.status === "installed" ? known.version : undefined;
  }

  async candidate(name: string): Promise<string | undefined> {
    const { stdout } = await this.#exec("apt-cache", ["policy", "--", name]);
    const version = /^\s*Candidate:\s*(\S+)/m.exec(stdout)?.[1];
    return version === "(none)" ? undefined : version;
  }

  async install(names: readonly string[], progress: (line: string) => void): Promise<void> {
    const stale = (await this.#missing(names)).length > 0;
    if (stale) await this.#update(names, progress);
    const missing = stale ? await this.#missing(names) : [];
    if (missing.length > 0) {
      throw new ModemkeeperError("precondition-missing", `no package ${missing.join(", ")} to be had`, {
        why: "none of apt's sources has it",
        fix: "enable a source that has it (on Ubuntu: `add-apt-repository universe`), or install it by hand",
      });
    }
    try {
      await this.#installOnce(names, progress);
    } catch (error) {
      // Old lists name files that the mirrors no longer have.
      const gone = error instanceof ModemkeeperError && /404|(Unable|Failed) to fetch/.test(error.why ?? "");
      if (stale || !gone) throw error;
      await this.#update(names, progress);
      await this.#installOnce(names, progress);
    }
  }

  async remove(names: readonly string[], options: { readonly purge: boolean }): Promise<void> {
    const known = await Promise.all(names.map((name) => this.#status(name)));
    const present = names.filter((_, index) => known[index] && known[index]?.status !== "not-installed");
    if (present.length === 0) return;
    const args = [...QUIET_AND_PATIENT.flatMap((option) => ["-o", option]), options.purge ? "purge" : "remove"];
    await this.#exec("apt-get", [...args, "-y", "--", ...present], { timeout: INSTALL_TIMEOUT, env: UNATTENDED });
  }

  async #update(names: readonly string[], progress: (line: string) => void): Promise<void> {
    progress("reading the package lists (apt-get update)");
    await this.#apt(["update"], { timeout: UPDATE_TIMEOUT, onLine: progress }, names);
  }

  async #installOnce(names: readonly string[], progress: (line: string) => void): Promise<void> {
    const options = ["Dpkg::Options::=--force-confdef", "Dpkg::Options::=--force-confold", ...QUIET_AND_PATIENT];
    // Where systemd does not run, invoke-rc.d would run the init script at once. Left out of this one unpacking, it can
    // neither run now nor be turned into a unit later (dpkg(1) --path-exclude; a missing conffile stays away on upgrade).
    const quietInit = names.map((name) => `Dpkg::Options::=--path-exclude=/etc/init.d/${name}`);
    if (!(await systemdRuns(this.#root))) options.push(...quietInit);
    await this.#apt(
      [...options.flatMap((option) => ["-o", option]), "install", "-y", "--no-install-recommends", "--", ...names],
      { timeout: INSTALL_TIMEOUT, onLine: progress },
      names,
    );
  }

  async #status(name: string): Promise<{ status: string; version: string } | undefined> {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own syntax.
    const format = "${db:Status-Status} ${Version}";
    const result = await this.#exec("dpkg-query", ["-W", `-f=${format}`, "--", name], { accept: [1] });
    const [status, version] = result.stdout.split(" ");
    return result.code === 0 && status && version !== undefined ? { status, version } : undefined;
  }

  async #missing(names: readonly string[]): Promise<readonly string[]> {
    const candidates = await Promise.all(names.map((name) => this.candidate(name)));
    return names.filter((_, index) => candidates[index] === undefined);
  }

  async #apt(args: readonly string[], options: ExecOptions, names: readonly string[]): Promise<void> {
    try {
      await this.#exec("apt-get", args, { ...options, env: UNATTENDED });
    } catch (error) {
      if (error instanceof ModemkeeperError && error.code === "interrupted") throw error;
      const why = error instanceof ModemkeeperError ? error.why : undefined;
      throw new ModemkeeperError("precondition-missing", `cannot install ${names.join(", ")}: ${messageOf(error)}`, {
        cause: error,
        ...(why ? { why } : {}),
        fix: `see what \`apt-get install ${names.join(" ")}\` says by hand, then run this again`,
      });
    }
  }
}
