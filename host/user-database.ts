import { readFile, stat } from "node:fs/promises";
import { hasErrno, ModemkeeperError } from "../core/errors.ts";
import type { PathResolver } from "./rooted-path.ts";

export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

type Rows = readonly (readonly (string | undefined)[])[];

/**
 * The target's own users and groups, read as text (passwd(5), group(5)) and not through the C library:
 * a root folder's ids need not be those of the machine that builds it.
 */
export class UserDatabase {
  readonly #resolve: PathResolver;
  readonly #known = new Map<string, { version: string; rows: Rows }>();

  constructor(resolve: PathResolver) {
    this.#resolve = resolve;
  }

  async users(): Promise<readonly PasswdEntry[]> {
    return (await this.#rows("/etc/passwd")).flatMap(([name, , uid, gid, , home]) =>
      name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid), home: home || "/" }] : [],
    );
  }

  async groups(): Promise<readonly GroupEntry[]> {
    return (await this.#rows("/etc/group")).flatMap(([name, , gid, members]) =>
      name && gid ? [{ name, gid: Number(gid), members: (members ?? "").split(",").filter(Boolean) }] : [],
    );
  }

  /** Names of an owner; the number itself where it has no name. */
  async namesOf(uid: number, gid: number): Promise<{ owner: string; group: string }> {
    const owner = (await this.users()).find((user) => user.uid === uid)?.name ?? nameOf(uid);
    const group = (await this.groups()).find((entry) => entry.gid === gid)?.name ?? nameOf(gid);
    return { owner, group };
  }

  /** @throws ModemkeeperError precondition-missing for an unknown name */
  async idsOf(owner: string, group: string): Promise<{ uid: number; gid: number }> {
    const uid = idOf(owner) ?? (await this.users()).find((user) => user.name === owner)?.uid;
    const gid = idOf(group) ?? (await this.groups()).find((entry) => entry.name === group)?.gid;
    if (uid === undefined) throw unknown("user", owner, await this.#resolve("/etc/passwd"));
    if (gid === undefined) throw unknown("group", group, await this.#resolve("/etc/group"));
    return { uid, gid };
  }

  /** Read anew only when the file has changed: every file that is looked at asks for its owner's names. */
  async #rows(path: string): Promise<Rows> {
    const real = await this.#resolve(path);
    const stats = await stat(real, { bigint: true }).catch(absent);
    if (!stats) return [];
    const version = `${real} ${stats.ino} ${stats.mtimeNs} ${stats.size}`;
    const known = this.#known.get(path);
    if (known?.version === version) return known.rows;
    const rows = ((await readFile(real, "utf8").catch(absent)) ?? "")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split(":"));
    this.#known.set(path, { version, rows });
    return rows;
  }
}

function absent(error: unknown): undefined {
  if (!hasErrno(error, "ENOENT")) throw error;
}

// 0 is root everywhere, also in a root folder that has no user database yet.
function nameOf(id: number): string {
  return id === 0 ? "root" : String(id);
}

function idOf(name: string): number | undefined {
  if (name === "root") return 0;
  return /^\d+$/.test(name) ? Number(name) : undefined;
}

function unknown(kind: string, name: string, file: string): ModemkeeperError {
  return new ModemkeeperError("precondition-missing", `there is no ${kind} "${name}" in ${file}`);
}
