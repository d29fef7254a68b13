import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { LogPosition, Logs } from "../core/agent-ports.ts";
import { hasErrno } from "../core/errors.ts";
import { naming } from "./io-errors.ts";

const FILE_MODE = 0o640;
const FOLDER_MODE = 0o750;
const NOWHERE: LogPosition = { inode: 0, offset: 0 };

/** Opened anew for each line: after a rotation by name the next line is in the new file. */
const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export const realLogs: Logs = {
  async append(path, line) {
    await naming("append to", path, async () => {
      const file = await openForAppending(path);
      try {
        if (!(await file.stat()).isFile()) throw new Error("it is not a regular file");
        const bytes = Buffer.from(line.endsWith("\n") ? line : `${line}\n`);
        const { bytesWritten } = await file.write(bytes);
        // The kernel takes part of a write only when the disk becomes full on the way.
        if (bytesWritten < bytes.length) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      } finally {
        await file.close();
      }
    });
  },

  async readFrom(path, position, limit) {
    return naming("read", path, async () => {
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
        if (!hasErrno(error, "ENOENT")) throw error;
      });
      if (!file) return { text: "", position: NOWHERE };
      try {
        return await readNew(file, position, limit);
      } finally {
        await file.close();
      }
    });
  },
};

async function openForAppending(path: string): Promise<FileHandle> {
  try {
    return await open(path, APPEND, FILE_MODE);
  } catch (error) {
    if (!hasErrno(error, "ENOENT")) throw error;
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    return open(path, APPEND, FILE_MODE);
  }
}

async function readNew(file: FileHandle, position: LogPosition | undefined, limit: number) {
  const { ino, size } = await file.stat();
  const goesOn = position?.inode === ino && position.offset <= size;
  const start = Math.max(goesOn ? position.offset : 0, size - limit);
  const buffer = Buffer.alloc(size - start);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return { text: buffer.toString("utf8", 0, filled), position: { inode: ino, offset: start + filled } };
}
