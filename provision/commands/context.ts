import type { Files, Host, Terminal } from "../../core/ports.ts";
import type { Patience } from "../apply/lock.ts";
import { APPLY_LOCK } from "../desired/paths.ts";

/** What every command is given: the machine it works on, the machine it runs on, and the person. */
export interface CommandContext {
  /** The target: this machine, or the folder given with `--root`. */
  readonly host: Host;
  /** Files of the machine the program runs on: the inventory, saved plans, rendered trees. */
  readonly local: Files;
  readonly terminal: Terminal;
  /** As given with `-i`; undefined means the usual places. */
  readonly inventoryFile: string | undefined;
  /** Folder that relative paths on the command line start from. */
  readonly workingDirectory: string;
  readonly verbose: boolean;
  /** Whose files the program writes for the person who runs it: saved plans, rendered trees. */
  readonly owner: { readonly owner: string; readonly group: string };
  readonly signal: AbortSignal;
  /** Who holds a lock of this machine, in words; undefined where nobody knows. */
  readonly lockHolder: (path: string) => Promise<string | undefined>;
}

/** Returns the process's exit code. */
export type Command<Options> = (context: CommandContext, options: Options) => Promise<number>;

/** A step of the agent takes seconds; one that waits for a modem to boot is not held under the lock. */
const PATIENCE_MS = 60_000;

/** How a command that changes the host waits for the agent. */
export function patience(context: CommandContext): Patience {
  return {
    wait: PATIENCE_MS,
    tell: (sentence) => context.terminal.err(`${sentence}\n`),
    holder: () => context.lockHolder(APPLY_LOCK),
  };
}

/** A path as typed, made absolute. */
export function absolutePath(context: CommandContext, path: string): string {
  return path.startsWith("/") ? path : `${context.workingDirectory}/${path}`.replaceAll(/\/(\.\/)+/g, "/");
}
