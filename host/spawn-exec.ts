import { type ChildProcess, spawn } from "node:child_process";
import { hasErrno } from "../core/errors.ts";
import { accepted, commandEnvironment, lineSplitter, notInstalled, watchLimits } from "./command.ts";
import type { Exec, ExecResult } from "./exec.ts";

/**
 * Runs commands with Node's own means, for who stays: zx costs a resident process 13 MB (measured, a third of an idle
 * Node) and each command a shell. It also gives up on a command that hangs in the kernel, which no signal ends (a reset
 * of a dead USB device: 84 s).
 */
export const spawnExec: Exec = async (command, args, options = {}) => {
  options.signal?.throwIfAborted();
  const child = spawn(command, [...args], {
    // A process group of its own, so that a timeout reaches everything the command started.
    detached: true,
    env: commandEnvironment(options.env),
    stdio: ["ignore", "pipe", "pipe", options.descriptor ?? "ignore"],
  });
  const stdout = collected(child.stdout, options.onLine);
  const stderr = collected(child.stderr, options.onErrorLine ?? options.onLine);
  const abandoned = new AbortController();
  const limit = watchLimits(
    () => child.pid,
    options,
    () => abandoned.abort(),
  );
  try {
    const code = await ended(child, abandoned.signal);
    const result: ExecResult = { code, stdout: stdout(), stderr: stderr() };
    return accepted(result, [command, ...args], options, limit.reason);
  } catch (error) {
    throw hasErrno(error, "ENOENT") ? notInstalled([command, ...args]) : error;
  } finally {
    limit.clear();
  }
};

function collected(stream: NodeJS.ReadableStream | null, onLine: ((line: string) => void) | undefined): () => string {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => void chunks.push(chunk));
  if (onLine) stream?.on("data", lineSplitter(onLine));
  return () => Buffer.concat(chunks).toString("utf8");
}

/** Its exit code, once all it said is here; 1 if a signal ended it or it was abandoned. */
function ended(child: ChildProcess, abandoned: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
    abandoned.addEventListener("abort", () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      resolve(1);
    });
  });
}
