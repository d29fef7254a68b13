import { ModemkeeperError } from "../../../core/errors.ts";
import type { Accounts, UserEntry } from "../../../core/ports.ts";

/** Users and groups by name. */
export class MemoryAccounts implements Accounts {
  readonly users = new Map<string, { group: string; groups: string[]; home: string }>();
  readonly groups = new Set<string>(["root", "dialout", "adm"]);

  constructor() {
    this.users.set("root", { group: "root", groups: [], home: "/root" });
  }

  async user(name: string): Promise<UserEntry | undefined> {
    const user = this.users.get(name);
    return user && { name, group: user.group, groups: [...user.groups].sort() };
  }

  async groupExists(name: string): Promise<boolean> {
    return this.groups.has(name);
  }

  async addGroup(name: string): Promise<void> {
    if (this.groups.has(name)) throw failed(`groupadd: group '${name}' already exists`);
    this.groups.add(name);
  }

  async addUser(user: { readonly name: string; readonly group: string; readonly home: string }): Promise<void> {
    if (this.users.has(user.name)) throw failed(`useradd: user '${user.name}' already exists`);
    this.#assertGroup(user.group);
    this.users.set(user.name, { group: user.group, groups: [], home: user.home });
  }

  async addToGroup(name: string, group: string): Promise<void> {
    this.#assertGroup(group);
    const user = this.#user(name);
    if (!user.groups.includes(group)) user.groups.push(group);
  }

  async removeFromGroup(name: string, group: string): Promise<void> {
    const user = this.#user(name);
    user.groups = user.groups.filter((entry) => entry !== group);
  }

  async removeUser(name: string): Promise<void> {
    this.users.delete(name);
    this.groups.delete(name);
  }

  /** @throws ModemkeeperError precondition-missing as the real host does for a name that nobody has */
  assertKnown(owner: string, group: string): void {
    if (!this.users.has(owner)) throw new ModemkeeperError("precondition-missing", `there is no user "${owner}"`);
    if (!this.groups.has(group)) throw new ModemkeeperError("precondition-missing", `there is no group "${group}"`);
  }

  #user(name: string) {
    const user = this.users.get(name);
    if (!user) throw failed(`usermod: user '${name}' does not exist`);
    return user;
  }

  #assertGroup(group: string): void {
    if (!this.groups.has(group)) throw failed(`group '${group}' does not exist`);
  }
}

function failed(said: string): ModemkeeperError {
  return new ModemkeeperError("command-failed", "an account tool failed", { why: `it said: ${said}` });
}
