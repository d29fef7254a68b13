import { lstat } from "node:fs/promises";

/** Whether systemd is the running init of `root`: its folder exists exactly then (sd_booted(3)). Never true of a root folder. */
export async function systemdRuns(root: string): Promise<boolean> {
  if (root !== "/") return false;
  return lstat("/run/systemd/system").then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
