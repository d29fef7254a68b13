import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { rmSync } from "node:fs";

const living = new Set<ChildProcess>();
const folders = new Set<string>();
let guarded = false;

/**
 * Starts a process that cannot outlive this one: ended by pid when we exit or are interrupted, and by the kernel
 * (PR_SET_PDEATHSIG, set by setpriv, which then becomes the program) when we are killed.
 */
export function startGuarded(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  guard();
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], options);
  living.add(child);
  child.once("exit", () => living.delete(child));
  return child;
}

/** Has `folder` removed when this process exits, however it does. */
export function removeAtExit(folder: string): void {
  guard();
  folders.add(folder);
}

function guard(): void {
  if (guarded) return;
  guarded = true;
  process.on("exit", () => {
    for (const child of living) child.kill("SIGKILL");
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  // A test runner that is killed leaves its workers alone: nobody waits for their guests any more.
  process.on("disconnect", () => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));
}
