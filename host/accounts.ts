import type { Accounts, UserEntry } from "../core/ports.ts";
import type { Exec } from "./exec.ts";
import { pathResolver } from "./rooted-path.ts";
import { UserDatabase } from "./user-database.ts";

/**
 * Users and groups of the target. For a root folder the tools of this machine get `--prefix` (shadow >= 4.5), which
 * works without a chroot and so also for an image of another architecture.
 */
export class RealAccounts implements Accounts {
  readonly #exec: Exec;
  readonly #users: UserDatabase;
  readonly #prefix: readonly string[];

  constructor(exec: Exec, root: string) {
    this.#exec = exec;
    this.#users = new UserDatabase(pathResolver(root));
    this.#prefix = root === "/" ? [] : ["--prefix", root];
  }

  async user(name: string): Promise<UserEntry | undefined> {
    const user = (await this.#users.users()).find((entry) => entry.name === name);
    if (!user) return undefined;
    const groups = await this.#users.groups();
    return {
      name,
      group: groups.find((group) => group.gid === user.gid)?.name ?? String(user.gid),
      groups: groups.filter((group) => group.members.includes(name)).map((group) => group.name),
    };
  }

  async groupExists(name: string): Promise<boolean> {
    return (await this.#users.groups()).some((group) => group.name === name);
  }

  async addGroup(name: string): Promise<void> {
    await this.#exec("groupadd", [...this.#prefix, "--system", "--", name]);
  }

  async addUser(user: { readonly name: string; readonly group: string; readonly home: string }): Promise<void> {
    await this.#exec("useradd", [
      ...this.#prefix,
      ...["--system", "--no-create-home", "--shell", "/usr/sbin/nologin"],
      ...["--gid", user.group, "--home-dir", user.home, "--", user.name],
    ]);
  }

  async addToGroup(user: string, group: string): Promise<void> {
    await this.#exec("usermod", [...this.#prefix, "--append", "--groups", group, "--", user]);
  }

  /** By naming the groups that stay: `usermod --remove` is too new (shadow 4.12), and gpasswd knows no `--prefix`. */
  async removeFromGroup(user: string, group: string): Promise<void> {
    const staying = (await this.user(user))?.groups.filter((name) => name !== group) ?? [];
    await this.#exec("usermod", [...this.#prefix, "--groups", staying.join(","), "--", user]);
  }

  /** userdel takes the group of the same name along only where login.defs says so and nobody else is in it. */
  async removeUser(name: string): Promise<void> {
    if (await this.user(name)) await this.#exec("userdel", [...this.#prefix, "--", name]);
    if (await this.groupExists(name)) await this.#exec("groupdel", [...this.#prefix, "--", name]);
  }
}
