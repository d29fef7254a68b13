import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** The account that `bareRoot` gives smsd; on the machine that runs the test nobody need have it. */
export const SMSD_ID = 901;
export const DIALOUT_ID = 20;

const FILES: Readonly<Record<string, string>> = {
  "/etc/passwd": `root:x:0:0:root:/root:/bin/sh\nsmsd:x:${SMSD_ID}:${SMSD_ID}::/nonexistent:/usr/sbin/nologin\n`,
  "/etc/group": `root:x:0:\ndialout:x:${DIALOUT_ID}:smsd\nsmsd:x:${SMSD_ID}:\n`,
  "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
};

/** Makes a folder look like an installed Debian to `--root`: users, groups, smsd, and nothing of ours. */
export async function bareRoot(root: string): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) await put(root + path, content, 0o644);
  await put(`${root}/usr/sbin/smsd`, "#!/bin/sh\n", 0o755);
  await mkdir(`${root}/run/lock`, { recursive: true });
}

async function put(path: string, content: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
}
