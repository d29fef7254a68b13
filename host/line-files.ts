import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { LineFiles } from "../core/delivery-ports.ts";
import { hasErrno } from "../core/errors.ts";
import { syncFolder } from "./atomic-write.ts";
import { naming } from "./io-errors.ts";

const FILE_MODE = 0o640;
const FOLDER_MODE = 0o750;
const NEWLINE = 0x0a;
/** O_NOFOLLOW: nobody makes us write elsewhere by a link. O_NONBLOCK: a FIFO cannot hold us up. */
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

type Rotation = Parameters<LineFiles["append"]>[2];

interface Pending {
  readonly line: Buffer;
  readonly rotation: Rotation;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Files of lines; those that wait for the same file are written together, with one sync for all. */
export class RealLineFiles implements LineFiles {
  /** By path; there while somebody writes. */
  readonly #pending = new Map<string, Pending[]>();

  append(path: string, line: string, rotation: Rotation): Promise<void> {
    return new Promise((resolve, reject) => {
      const pending = { line: Buffer.from(`${line}\n`), rotation, resolve, reject };
      const others = this.#pending.get(path);
      if (others) {
        others.push(pending);
        return;
      }
      this.#pending.set(path, [pending]);
      void this.#writeAll(path);
    });
  }

  /** Until nobody waits any more. Never rejects: each group is told what became of it. */
  async #writeAll(path: string): Promise<void> {
    for (
      let group = this.#pending.get(path);
      group !== undefined && group.length > 0;
      group = this.#pending.get(path)
    ) {
      this.#pending.set(path, []);
      try {
        await naming("append to", path, () => writeGroup(path, group));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#pending.delete(path);
  }
}

/** As many of the lines at a time as fit into one file, at least one. */
async function writeGroup(path: string, group: readonly Pending[]): Promise<void> {
  let rest = group;
  while (rest.length > 0) {
    const [first] = rest;
    if (first === undefined) return;
    const { file, size } = await openRotated(path, first.line.length, first.rotation);
    try {
      const fitting = linesThatFit(rest, first.rotation.rotateAt - size);
      await appendDurably(file, size, Buffer.concat(rest.slice(0, fitting).map(({ line }) => line)));
      rest = rest.slice(fitting);
    } finally {
      await file.close();
    }
  }
}

function linesThatFit(lines: readonly Pending[], room: number): number {
  let octets = 0;
  const over = lines.findIndex(({ line }) => {
    octets += line.length;
    return octets > room;
  });
  return over < 0 ? lines.length : Math.max(1, over);
}

/** The file with room for `octets` more; a full one makes way first. */
async function openRotated(path: string, octets: number, { rotateAt, keep }: Rotation) {
  const opened = await openForAppending(path);
  if (opened.size === 0 || opened.size + octets <= rotateAt) return opened;
  await opened.file.close();
  await makeWay(path, keep);
  return openForAppending(path);
}

async function makeWay(path: string, keep: number): Promise<void> {
  if (keep === 0) await unlink(path);
  for (let number = keep; number >= 1; number -= 1) {
    await rename(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`).catch(unlessMissing);
  }
}

async function openForAppending(path: string): Promise<{ readonly file: FileHandle; readonly size: number }> {
  const file = (await open(path, APPEND).catch(unlessMissing)) ?? (await made(path));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("it is not a regular file");
    return { file, size: stats.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A new file whose name survives a power cut, too. */
async function made(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  const file = await open(path, APPEND | constants.O_CREAT, FILE_MODE);
  try {
    await syncFolder(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** All of it on the disk, or nothing of it in the file. */
async function appendDurably(file: FileHandle, size: number, lines: Buffer): Promise<void> {
  const bytes = (await endsAmidLine(file, size)) ? Buffer.concat([Buffer.of(NEWLINE), lines]) : lines;
  try {
    const { bytesWritten } = await file.write(bytes);
    // The kernel takes part of a write only when the disk becomes full on the way.
    if (bytesWritten < bytes.length) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    await file.datasync();
  } catch (error) {
    await file.truncate(size);
    throw error;
  }
}

async function endsAmidLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}

function unlessMissing(error: unknown): undefined {
  if (!hasErrno(error, "ENOENT")) throw error;
}
