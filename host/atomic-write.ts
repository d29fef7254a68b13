import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lchown, open, readdir, rename, symlink, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasErrno } from "../core/errors.ts";

export interface Attributes {
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Makes `path` a file with this content, mode and owner, so that a reader sees the old file or the whole new one, also
 * after a power cut: sibling, fsync, rename, fsync of the folder (rename(2), fsync(2)). A link at `path` is replaced.
 */
export async function writeAtomically(path: string, content: Uint8Array, attributes: Attributes): Promise<void> {
  await replaceAtomically(path, async (sibling) => {
    // wx is O_CREAT|O_EXCL: never opens what another left there, link or file.
    const file = await open(sibling, "wx", 0o600);
    try {
      await file.writeFile(content);
      await setAttributesOf(file, attributes);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Makes `path` a symbolic link to `target`, replacing whatever file or link is there in one step. */
export async function linkAtomically(path: string, target: string, owner: Omit<Attributes, "mode">): Promise<void> {
  await replaceAtomically(path, async (sibling) => {
    await symlink(target, sibling);
    await lchown(sibling, owner.uid, owner.gid);
  });
}

/** Owner first: chown(2) clears the set-id bits. Both on the descriptor, so that the umask has no say. */
export async function setAttributesOf(file: FileHandle, attributes: Attributes): Promise<void> {
  const now = await file.stat();
  // Only root may give files away; an ordinary user's own files need no chown.
  if (now.uid !== attributes.uid || now.gid !== attributes.gid) await file.chown(attributes.uid, attributes.gid);
  await file.chmod(attributes.mode);
}

/** Makes the folder's entries survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function replaceAtomically(path: string, make: (sibling: string) => Promise<void>): Promise<void> {
  await removeLeftovers(path);
  const sibling = join(dirname(path), `${siblingPrefix(path)}${randomBytes(4).toString("hex")}`);
  try {
    await make(sibling);
    await rename(sibling, path);
  } catch (error) {
    await removeIfThere(sibling);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** A writer that was killed leaves its sibling; writers take turns (the apply lock), so any sibling is a leftover. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = siblingPrefix(path);
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix)) await removeIfThere(join(folder, name));
  }
}

/** Starts with a dot and ends in none of the suffixes that udev, systemd, logrotate and smsd look for. */
function siblingPrefix(path: string): string {
  return `.${basename(path)}.modemkeeper-`;
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!hasErrno(error, "ENOENT")) throw error;
  }
}
