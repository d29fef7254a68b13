import { ModemkeeperError } from "../../core/errors.ts";
import type { FileEntry, FileSpec, Host } from "../../core/ports.ts";
import { STATE } from "../desired/paths.ts";

/*
 * What stood on the host before provision first touched it, one note a resource. `destroy` puts it back.
 * Kept files mirror the root, so that a person finds one by its name.
 */

const FORMAT = "modemkeeper.original/1";
const NOTES = `${STATE}/originals/notes`;
const FILES = `${STATE}/originals/files`;
/** What somebody had changed by hand when an apply replaced it, by generation. */
export const REPLACED = `${STATE}/replaced`;

const PRIVATE = { mode: 0o600, owner: "root", group: "root" } as const;

/** How one resource was. */
export type Original =
  | { readonly kind: "file"; readonly id: string; readonly path: string; readonly entry: FileEntry | undefined }
  | { readonly kind: "directory"; readonly id: string; readonly path: string; readonly entry: FileEntry | undefined }
  | { readonly kind: "package"; readonly id: string; readonly name: string; readonly installed: boolean }
  | {
      readonly kind: "user";
      readonly id: string;
      readonly name: string;
      readonly existed: boolean;
      readonly groups: readonly string[];
    }
  | {
      readonly kind: "unit";
      readonly id: string;
      readonly unit: string;
      readonly enabled: boolean;
      readonly active: boolean;
    };

function notePath(id: string): string {
  return `${NOTES}/${encodeURIComponent(id)}.json`;
}

/** Ids of everything that was kept. */
export async function keptIds(host: Host): Promise<ReadonlySet<string>> {
  const names = await host.files.list(NOTES);
  return new Set(names.flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []).map(decodeURIComponent));
}

export async function isOriginalKept(host: Host, id: string): Promise<boolean> {
  return (await host.files.read(notePath(id))) !== undefined;
}

/** Keeps how a resource is now, or that it is not there. What was kept first stays. */
export async function keepOriginal(host: Host, id: string): Promise<void> {
  if (await isOriginalKept(host, id)) return;
  const original = await lookAt(host, id);
  // The note is written last: without it nothing counts as kept.
  if (original.kind === "file" && original.entry?.kind === "file") {
    await host.files.write(`${FILES}${original.path}`, { ...contentOf(original.entry), ...PRIVATE });
  }
  await host.files.write(notePath(id), { ...PRIVATE, content: toNote(original) });
}

function contentOf(entry: FileEntry & { kind: "file" }): Pick<FileSpec, "content" | "encoding"> {
  return entry.encoding === undefined
    ? { content: entry.content }
    : { content: entry.content, encoding: entry.encoding };
}

/** File content stands beside the note, not in it. */
function toNote(original: Original): string {
  const hideContent = (key: string, value: unknown) => (key === "content" ? undefined : value);
  return `${JSON.stringify({ format: FORMAT, ...original }, hideContent, 2)}\n`;
}

async function lookAt(host: Host, id: string): Promise<Original> {
  const kind = id.slice(0, id.indexOf(":"));
  const name = id.slice(kind.length + 1);
  switch (kind) {
    case "file":
    case "directory":
      return { kind, id, path: name, entry: await host.files.read(name) };
    case "package":
      return { kind, id, name, installed: (await host.packages.installed(name)) !== undefined };
    case "user": {
      const user = await host.accounts.user(name);
      return { kind, id, name, existed: user !== undefined, groups: user?.groups ?? [] };
    }
    case "unit": {
      const { enabled, active } = await host.services.state(name);
      return { kind, id, unit: name, enabled, active: active === "active" };
    }
    default:
      throw new TypeError(`no original is kept of ${id}`);
  }
}

/** Everything that was kept, in the order of the ids. */
export async function listOriginals(host: Host): Promise<readonly Original[]> {
  const names = await host.files.list(NOTES);
  const notes = names.filter((name) => name.endsWith(".json"));
  return Promise.all(notes.map((name) => readOriginal(host, `${NOTES}/${name}`)));
}

async function readOriginal(host: Host, path: string): Promise<Original> {
  const note = await host.files.read(path);
  if (note?.kind !== "file") throw new ModemkeeperError("io", `${path} cannot be read`);
  const original = JSON.parse(note.content) as Original;
  if (original.kind !== "file" || original.entry?.kind !== "file") return original;
  const kept = await host.files.read(`${FILES}${original.path}`);
  if (kept?.kind !== "file")
    throw new ModemkeeperError("io", `the kept content of ${original.path} is gone`, {
      why: `${FILES}${original.path} does not exist, so it cannot be put back`,
    });
  return { ...original, entry: { ...original.entry, ...contentOf(kept) } };
}

export async function forgetOriginal(host: Host, id: string): Promise<void> {
  await host.files.remove(notePath(id));
  if (id.startsWith("file:")) await host.files.remove(`${FILES}${id.slice("file:".length)}`);
}

/** Keeps a file that was changed by hand before an apply writes over it. */
export async function keepReplaced(host: Host, path: string, generation: number): Promise<void> {
  const entry = await host.files.read(path);
  if (entry?.kind !== "file") return;
  await host.files.write(`${REPLACED}/${generation}${path}`, { ...contentOf(entry), ...PRIVATE });
}
