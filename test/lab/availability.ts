import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { LAB_HOST_PACKAGES } from "./host-packages.ts";

/** Programs of `LAB_HOST_PACKAGES` that the lab starts. */
const PROGRAMS = ["qemu-system-x86_64", "qemu-img", "mmdebstrap", "mke2fs", "dpkg-scanpackages", "setpriv"];

/** Why the lab cannot run on this machine, in one line; undefined if it can. */
export async function whyNot(): Promise<string | undefined> {
  if (process.arch !== "x64" || process.platform !== "linux") return "the lab's machine is an x86-64 one under Linux";
  if (process.getuid?.() !== 0) return "building the lab's image needs root";
  const missing: string[] = [];
  for (const program of PROGRAMS) if (!(await onPath(program))) missing.push(program);
  if (missing.length === 0) return undefined;
  return `${missing.join(", ")} missing: apt-get install ${LAB_HOST_PACKAGES.join(" ")}`;
}

async function onPath(program: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
