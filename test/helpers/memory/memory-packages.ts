import { ModemkeeperError } from "../../../core/errors.ts";
import type { Packages } from "../../../core/ports.ts";
import type { MemoryAccounts } from "./memory-accounts.ts";
import type { MemoryFiles } from "./memory-files.ts";

/** What a package brings. */
export interface MemoryPackage {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  readonly folders?: Readonly<Record<string, { mode: number; owner: string; group: string }>>;
  /** A system user of its own, with the groups it is put into. */
  readonly user?: { readonly name: string; readonly groups: readonly string[] };
}

const SPOOL = { mode: 0o3775, owner: "smsd", group: "smsd" };
const SPOOL_FOLDERS = ["checked", "failed", "incoming", "outgoing", "sent"];

/** Debian's smstools as far as anyone can tell from outside. */
export const SMSTOOLS: MemoryPackage = {
  version: "3.1.21-4+b1",
  files: {
    "/usr/sbin/smsd": "(binary)",
    "/etc/init.d/smstools": "#!/bin/sh\n",
    "/etc/default/smstools": "USER=smsd\nGROUP=dialout\n",
    "/etc/logrotate.d/smstools": "/var/log/smstools/smsd.log {\n}\n",
    "/etc/smsd.conf": "# Debian's example\ndevices = GSM1\n",
  },
  folders: Object.fromEntries(SPOOL_FOLDERS.map((name) => [`/var/spool/sms/${name}`, SPOOL])),
  user: { name: "smsd", groups: ["dialout"] },
};

/** Packages that are installed and those that could be. */
export class MemoryPackages implements Packages {
  readonly versions = new Map<string, string>();
  readonly available = new Map<string, MemoryPackage>([["smstools", SMSTOOLS]]);
  readonly #files: MemoryFiles;
  readonly #accounts: MemoryAccounts;

  constructor(files: MemoryFiles, accounts: MemoryAccounts) {
    this.#files = files;
    this.#accounts = accounts;
  }

  async installed(name: string): Promise<string | undefined> {
    return this.versions.get(name);
  }

  async candidate(name: string): Promise<string | undefined> {
    return this.available.get(name)?.version;
  }

  async install(names: readonly string[], progress: (line: string) => void): Promise<void> {
    for (const name of names) {
      const found = this.available.get(name);
      if (!found) throw new ModemkeeperError("precondition-missing", `no package ${name} to be had`);
      progress(`Setting up ${name} (${found.version}) ...`);
      await this.#unpack(found);
      this.versions.set(name, found.version);
    }
  }

  async remove(names: readonly string[], options: { readonly purge: boolean }): Promise<void> {
    for (const name of names) {
      if (!this.versions.delete(name)) continue;
      for (const path of Object.keys(this.available.get(name)?.files ?? {})) {
        if (options.purge || !path.startsWith("/etc/")) this.#files.entries.delete(path);
      }
    }
  }

  /** As dpkg and ucf do it here: what is there under /etc stays. */
  async #unpack(found: MemoryPackage): Promise<void> {
    const { user } = found;
    if (user && !this.#accounts.users.has(user.name)) {
      this.#accounts.groups.add(user.name);
      await this.#accounts.addUser({ name: user.name, group: user.name, home: "/nonexistent" });
      for (const group of user.groups) await this.#accounts.addToGroup(user.name, group);
    }
    for (const [path, content] of Object.entries(found.files)) {
      if (path.startsWith("/etc/") && this.#files.entries.has(path)) continue;
      const mode = /^\/(usr\/sbin|etc\/init\.d)\//.test(path) ? 0o755 : 0o644;
      await this.#files.write(path, { content, mode, owner: "root", group: "root" });
    }
    for (const [path, spec] of Object.entries(found.folders ?? {})) {
      if (!this.#files.entries.has(path)) await this.#files.makeDirectory(path, spec);
    }
  }
}
