import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { hasErrno, ModemkeeperError, messageOf } from "../core/errors.ts";
import type { SecretStore } from "../core/ports.ts";
import { describeSecretRef, type SecretRef } from "../core/secret.ts";
import { type PathResolver, pathResolver } from "./rooted-path.ts";

/** A secret is a PIN, a token or a key: more than this is a mistake. */
const LONGEST = 64 * 1024;
const OTHERS = 0o077;
const CREDENTIAL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Secrets where their references say: files of the target, this process's environment, systemd credentials. */
export class RealSecrets implements SecretStore {
  readonly #resolve: PathResolver;

  constructor(root: string) {
    this.#resolve = pathResolver(root);
  }

  async read(ref: SecretRef): Promise<string> {
    const value = withoutFinalNewline(await this.#valueOf(ref));
    if (value === "") throw missing(ref, "it is empty", "write the value there");
    return value;
  }

  async #valueOf(ref: SecretRef): Promise<string> {
    switch (ref.from) {
      case "env": {
        const value = process.env[ref.name];
        if (value === undefined) throw missing(ref, "it is not set", `set ${ref.name} in the environment`);
        return value;
      }
      case "file":
        return this.#file(ref, await this.#resolve(ref.path));
      case "credential":
        return this.#credential(ref);
    }
  }

  /** Where the unit got them (systemd.exec(5), LoadCredential=), else where systemd itself looks for them. */
  async #credential(ref: SecretRef & { from: "credential" }): Promise<string> {
    if (!CREDENTIAL_NAME.test(ref.name)) throw missing(ref, "that is no credential name", "use letters and digits");
    const given = process.env.CREDENTIALS_DIRECTORY;
    const stored = await this.#resolve(`/etc/credstore/${ref.name}`);
    if (given === undefined) return this.#file(ref, stored);
    try {
      return await this.#file(ref, join(given, ref.name));
    } catch (error) {
      if (error instanceof ModemkeeperError && hasErrno(error.cause, "ENOENT")) return this.#file(ref, stored);
      throw error;
    }
  }

  async #file(ref: SecretRef, path: string): Promise<string> {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
      (error: unknown) => {
        throw missing(ref, unreadable(error), `put the value into ${path}, then \`chmod 600 ${path}\``, error);
      },
    );
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw missing(ref, "it is not a regular file", `make ${path} a regular file`);
      if (stats.uid !== 0 && stats.uid !== process.geteuid?.()) {
        throw missing(ref, "it belongs to another user", `\`chown root ${path}\``);
      }
      if ((stats.mode & OTHERS) !== 0) {
        throw missing(ref, "others than its owner may read it", `\`chmod 600 ${path}\``);
      }
      if (stats.size > LONGEST) throw missing(ref, "it is longer than any secret", `put only the value into ${path}`);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  }
}

function unreadable(error: unknown): string {
  if (hasErrno(error, "ENOENT")) return "there is no such file";
  if (hasErrno(error, "ELOOP")) return "it is a symbolic link, not a regular file";
  return hasErrno(error, "EACCES") ? "permission denied" : messageOf(error);
}

function missing(ref: SecretRef, what: string, fix: string, cause?: unknown): ModemkeeperError {
  return new ModemkeeperError("precondition-missing", `cannot use the secret in ${describeSecretRef(ref)}: ${what}`, {
    fix,
    cause,
  });
}

function withoutFinalNewline(text: string): string {
  return text.replace(/\r?\n$/, "");
}
