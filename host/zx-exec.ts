import { accepted, commandEnvironment, lineSplitter, watchLimits } from "./command.ts";
import type { Exec, ExecResult } from "./exec.ts";

/** Runs commands with zx, which quotes each argument by itself. */
export const zxExec: Exec = async (command, args, options = {}) => {
  options.signal?.throwIfAborted();
  // Loaded on first use: it costs about 30 ms, and many runs need no command at all.
  const { $ } = await import("zx/core");
  const child = $({
    quiet: true,
    nothrow: true,
    // A process group of its own, so that a timeout reaches everything the command started.
    detached: true,
    env: commandEnvironment(options.env),
    stdio: ["ignore", "pipe", "pipe", options.descriptor ?? "ignore"],
  })`${[command, ...args]}`;
  if (options.onLine) {
    child.stdout.on("data", lineSplitter(options.onLine));
    child.stderr.on("data", lineSplitter(options.onLine));
  }
  const limit = watchLimits(() => child.pid, options);
  try {
    const output = await child;
    const result: ExecResult = { code: output.exitCode ?? 1, stdout: output.stdout, stderr: output.stderr };
    return accepted(result, [command, ...args], options, limit.reason);
  } finally {
    limit.clear();
  }
};
