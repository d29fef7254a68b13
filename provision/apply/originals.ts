import { ModemkeeperError } from "../../core/errors.ts";
import type { FileEntry, Host } from "../../core/ports.ts";

/** What stood at each path before provision first wrote it. Mirrors the root, so that a person finds a file by its name. */
export const ORIGINALS = "/var/lib/modemkeeper/originals";
/** What somebody had changed by hand when an apply replaced it, by generation. */
export const REPLACED = "/var/lib/modemkeeper/replaced";

const PRIVATE = { mode: 0o600, owner: "root", group: "root" } as const;

/** The note beside a kept file is written last: without it nothing counts as kept. */
interface Note {
  readonly format: "modemkeeper.original/1";
  readonly was: "absent" | "file" | "link";
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  readonly target?: string;
}

function notePath(path: string): string {
  return `${ORIGINALS}${path}.was.json`;
}

export async function isOriginalKept(host: Host, path: string): Promise<boolean> {
  return (await host.files.read(notePath(path))) !== undefined;
}

/** Keeps what is at `path` now, or that nothing is. What was kept first stays. */
export async function keepOriginal(host: Host, path: string): Promise<void> {
  if (await isOriginalKept(host, path)) return;
  const entry = await host.files.read(path);
  if (entry?.kind === "file") await host.files.write(`${ORIGINALS}${path}`, { ...entry, ...PRIVATE });
  await host.files.write(notePath(path), {
    ...PRIVATE,
    content: `${JSON.stringify(noteOf(path, entry), undefined, 2)}\n`,
  });
}

function noteOf(path: string, entry: FileEntry | undefined): Note {
  const format = "modemkeeper.original/1";
  if (!entry) return { format, was: "absent" };
  const { mode, owner, group } = entry;
  if (entry.kind === "link") return { format, was: "link", target: entry.target };
  if (entry.kind === "file") return { format, was: "file", mode, owner, group };
  throw new ModemkeeperError("precondition-missing", `${path} is a ${entry.kind}, a file is wanted there`, {
    why: "what is there may be somebody's data, so it is not removed",
    fix: `look at it and move it away: ls -ld ${path}`,
  });
}

export async function forgetOriginal(host: Host, path: string): Promise<void> {
  await host.files.remove(notePath(path));
  await host.files.remove(`${ORIGINALS}${path}`);
}

/** What stood at `path` before provision (`entry` undefined: nothing did); `unknown` if that was never kept. */
export async function originalOf(
  host: Host,
  path: string,
): Promise<{ readonly entry: FileEntry | undefined } | "unknown"> {
  const note = await host.files.read(notePath(path));
  if (note?.kind !== "file") return "unknown";
  const was = JSON.parse(note.content) as Note;
  if (was.was === "absent") return { entry: undefined };
  const attributes = {
    mode: was.mode ?? 0o644,
    owner: was.owner ?? "root",
    group: was.group ?? "root",
    modifiedAt: note.modifiedAt,
  };
  if (was.was === "link") return { entry: { ...attributes, kind: "link", target: was.target ?? "" } };
  const kept = await host.files.read(`${ORIGINALS}${path}`);
  return kept?.kind === "file" ? { entry: { ...kept, ...attributes } } : "unknown";
}

/** Keeps a file that was changed by hand before an apply writes over it. */
export async function keepReplaced(host: Host, path: string, generation: number): Promise<void> {
  const entry = await host.files.read(path);
  if (entry?.kind !== "file") return;
  await host.files.write(`${REPLACED}/${generation}${path}`, { ...entry, ...PRIVATE });
}
