/** What a finished command left behind. */
export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  /** Milliseconds until the command and all it started are stopped; 30 s if not given. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
  /** Called with each line of stderr alone. */
  readonly onErrorLine?: (line: string) => void;
  /** Exit codes beside 0 that are answers, not failures. */
  readonly accept?: readonly number[];
  /** A descriptor of ours that the command gets as its descriptor 3. */
  readonly descriptor?: number;
}

/**
 * Runs one command given as an argument array, never through a shell's eyes.
 * @throws ModemkeeperError command-failed with the last lines of stderr; precondition-missing if there is no such command
 */
export type Exec = (command: string, args: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

/** The same commands inside another root folder; for `/` the commands themselves. */
export function execInRoot(exec: Exec, root: string): Exec {
  if (root === "/") return exec;
  return (command, args, options) => exec("chroot", [root, command, ...args], options);
}
