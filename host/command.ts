import { StringDecoder } from "node:string_decoder";
import { ModemkeeperError } from "../core/errors.ts";
import { onAbort } from "./aborting.ts";
import type { ExecOptions, ExecResult } from "./exec.ts";

/* What every way of running a command has in common: environment, limits, and what is made of the result. */

const DEFAULT_TIMEOUT = 30_000;
/** Between TERM and KILL for a command that ran out of time. */
const KILL_AFTER = 2_000;
/** After KILL, a process that is still there hangs in the kernel: nobody waits for it. */
const ABANDON_AFTER = 1_000;
const NOT_FOUND = 127;

/** Fixed language for what we parse; the sbin folders, which an ordinary user's PATH lacks. */
export function commandEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = process.env.PATH ?? "/usr/bin:/bin";
  return { ...process.env, PATH: `${path}:/usr/sbin:/sbin`, LC_ALL: "C", ...extra };
}

export type LimitReason = "timeout" | "aborted" | undefined;

/** Ends the process group of `pid` when its time is up or it is called off; `abandon` is told when even KILL did not help. */
export function watchLimits(pid: () => number | undefined, options: ExecOptions, abandon: () => void = () => {}) {
  const state: { reason: LimitReason } = { reason: undefined };
  const timers: NodeJS.Timeout[] = [];
  const end = (reason: LimitReason) => {
    if (state.reason !== undefined) return;
    state.reason = reason;
    signalGroup(pid(), "SIGTERM");
    timers.push(setTimeout(() => signalGroup(pid(), "SIGKILL"), KILL_AFTER));
    timers.push(setTimeout(abandon, KILL_AFTER + ABANDON_AFTER));
  };
  timers.push(setTimeout(() => end("timeout"), options.timeout ?? DEFAULT_TIMEOUT));
  const stopListening = options.signal && onAbort(options.signal, () => end("aborted"));
  return {
    get reason() {
      return state.reason;
    },
    clear() {
      for (const timer of timers) clearTimeout(timer);
      stopListening?.();
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

/** The result, or the error that it amounts to. */
export function accepted(
  result: ExecResult,
  argv: readonly string[],
  options: ExecOptions,
  limit: LimitReason,
): ExecResult {
  const shown = argv.join(" ");
  if (limit === "aborted") throw new ModemkeeperError("interrupted", `interrupted while running \`${shown}\``);
  if (limit === "timeout") {
    const seconds = (options.timeout ?? DEFAULT_TIMEOUT) / 1000;
    throw new ModemkeeperError("command-failed", `\`${shown}\` did not finish within ${seconds} s`);
  }
  if (result.code === 0 || options.accept?.includes(result.code)) return result;
  if (result.code === NOT_FOUND) throw notInstalled(argv);
  const said = lastLines(result.stderr.trim() === "" ? result.stdout : result.stderr);
  throw new ModemkeeperError("command-failed", `\`${shown}\` failed with exit code ${result.code}`, {
    why: said === "" ? "it said nothing" : `it said: ${said}`,
  });
}

export function notInstalled(argv: readonly string[]): ModemkeeperError {
  return new ModemkeeperError("precondition-missing", `the command \`${argv[0]}\` is not installed`, {
    why: `\`${argv.join(" ")}\` is needed`,
  });
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-5).join("\n").slice(-2000);
}

/** Cuts a stream into lines, whatever pieces it comes in. */
export function lineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return (chunk) => {
    // A lone carriage return redraws a progress line: to a reader each state is a line.
    const parts = (rest + decoder.write(chunk)).split(/[\r\n]+/);
    rest = parts.pop() ?? "";
    for (const line of parts) if (line !== "") onLine(line);
  };
}
