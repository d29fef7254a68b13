import { ModemkeeperError, messageOf } from "../core/errors.ts";

interface Meaning {
  readonly what: string;
  readonly fix: string;
}

const MEANING: Readonly<Record<string, Meaning>> = {
  ENOSPC: { what: "no space left on its file system", fix: "free some space (`df -h`), then run this again" },
  EDQUOT: { what: "the disk quota is used up", fix: "free some space, then run this again" },
  EROFS: { what: "its file system is read-only", fix: "remount it writable, then run this again" },
  EACCES: { what: "permission denied", fix: "run this as root (`sudo`)" },
  EPERM: { what: "operation not permitted", fix: "run this as root (`sudo`); `lsattr` shows a file made immutable" },
  ENOTDIR: { what: "something on the way to it is not a folder", fix: "move that away, then run this again" },
  EISDIR: { what: "a folder is in its place", fix: "move that folder away, then run this again" },
  ENOTEMPTY: { what: "the folder is not empty", fix: "move away what is in it, then run this again" },
  ELOOP: { what: "a symbolic link is in its place", fix: "move that link away, then run this again" },
};

/** One sentence about a failed file operation, e.g. `cannot write /etc/smsd.conf: no space left on its file system`. */
export function ioError(doing: string, path: string, cause: unknown): ModemkeeperError {
  if (cause instanceof ModemkeeperError) return cause;
  const meaning = cause instanceof Error ? MEANING[(cause as NodeJS.ErrnoException).code ?? ""] : undefined;
  const what = meaning?.what ?? messageOf(cause);
  return new ModemkeeperError("io", `cannot ${doing} ${path}: ${what}`, {
    cause,
    ...(meaning ? { fix: meaning.fix } : {}),
  });
}

/** Does `work`; what the system refuses becomes one sentence naming the path. */
export async function naming<T>(doing: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ioError(doing, path, error);
  }
}
