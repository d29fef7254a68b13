import { StringDecoder } from "node:string_decoder";
import { ModemkeeperError } from "../core/errors.ts";
import type { Exec, ExecOptions, ExecResult } from "./exec.ts";

const DEFAULT_TIMEOUT = 30_000;
/** Between TERM and KILL for a command that ran out of time. */
const KILL_AFTER = 2_000;
const NOT_FOUND = 127;

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

/** Fixed language for what we parse; the sbin folders, which an ordinary user's PATH lacks. */
function commandEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = process.env.PATH ?? "/usr/bin:/bin";
  return { ...process.env, PATH: `${path}:/usr/sbin:/sbin`, LC_ALL: "C", ...extra };
}

type LimitReason = "timeout" | "aborted" | undefined;

function watchLimits(pid: () => number | undefined, options: ExecOptions) {
  const state: { reason: LimitReason } = { reason: undefined };
  let killTimer: NodeJS.Timeout | undefined;
  const end = (reason: LimitReason) => {
    state.reason ??= reason;
    signalGroup(pid(), "SIGTERM");
    killTimer ??= setTimeout(() => signalGroup(pid(), "SIGKILL"), KILL_AFTER);
  };
  const timer = setTimeout(() => end("timeout"), options.timeout ?? DEFAULT_TIMEOUT);
  const onAbort = () => end("aborted");
  options.signal?.addEventListener("abort", onAbort, { once: true });
  return {
    get reason() {
      return state.reason;
    },
    clear() {
      clearTimeout(timer);
      clearTimeout(killTimer);
      options.signal?.removeEventListener("abort", onAbort);
    },
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already: what we wanted.
  }
}

function accepted(result: ExecResult, argv: readonly string[], options: ExecOptions, limit: LimitReason): ExecResult {
  const shown = argv.join(" ");
  if (limit === "aborted") throw new ModemkeeperError("interrupted", `interrupted while running \`${shown}\``);
  if (limit === "timeout") {
    const seconds = (options.timeout ?? DEFAULT_TIMEOUT) / 1000;
    throw new ModemkeeperError("command-failed", `\`${shown}\` did not finish within ${seconds} s`);
  }
  if (result.code === 0 || options.accept?.includes(result.code)) return result;
  if (result.code === NOT_FOUND) {
    throw new ModemkeeperError("precondition-missing", `the command \`${argv[0]}\` is not installed`, {
      why: `\`${shown}\` is needed`,
    });
  }
  const said = lastLines(result.stderr.trim() === "" ? result.stdout : result.stderr);
  throw new ModemkeeperError("command-failed", `\`${shown}\` failed with exit code ${result.code}`, {
    why: said === "" ? "it said nothing" : `it said: ${said}`,
  });
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-5).join("\n").slice(-2000);
}

function lineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return (chunk) => {
    // A lone carriage return redraws a progress line: to a reader each state is a line.
    const parts = (rest + decoder.write(chunk)).split(/[\r\n]+/);
    rest = parts.pop() ?? "";
    for (const line of parts) if (line !== "") onLine(line);
  };
}
