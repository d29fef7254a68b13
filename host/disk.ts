import { statfs } from "node:fs/promises";
import type { Disk } from "../core/agent-ports.ts";
import { hasErrno } from "../core/errors.ts";
import { ioError } from "./io-errors.ts";

export const realDisk: Disk = {
  async room(path) {
    try {
      const { bavail, bsize, files, ffree } = await statfs(path);
      // btrfs and vfat count no inodes: 0 of 0.
      return { bytes: bavail * bsize, files: files === 0 ? Number.POSITIVE_INFINITY : ffree };
    } catch (error) {
      if (hasErrno(error, "ENOENT") || hasErrno(error, "ENOTDIR")) return undefined;
      throw ioError("ask for room on", path, error);
    }
  },
};
