import { watch } from "node:fs";
import type { FolderWatch } from "../core/delivery-ports.ts";

/**
 * inotify by way of libuv, whose mask (libuv, src/unix/linux.c: IN_ATTRIB, IN_CREATE, IN_MODIFY, IN_DELETE, IN_DELETE_SELF,
 * IN_MOVE_SELF, IN_MOVED_FROM, IN_MOVED_TO) has no IN_CLOSE_WRITE: that a file is complete must be told from its content.
 */
export const realFolderWatch: FolderWatch = {
  watch(path, listener) {
    try {
      // latin1: a name is whatever octets somebody chose.
      const watcher = watch(path, { encoding: "latin1" as BufferEncoding }, (_event, name) => {
        listener(name ?? undefined);
      });
      // A folder that is removed: callers look again slowly, too.
      watcher.on("error", () => watcher.close());
      return () => watcher.close();
    } catch {
      return undefined;
    }
  },
};
