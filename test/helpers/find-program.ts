import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Path of a program that a test needs, looked for in the sbin folders too.
 * Returns the reason where it is missing; throws it under `CI=true`, where a skip is a failure.
 */
export function findProgram(name: string): { readonly path: string } | { readonly reason: string } {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const path = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (path !== undefined) return { path };
  const reason = `${name} is not installed`;
  if (process.env.CI === "true") throw new Error(reason);
  return { reason };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
