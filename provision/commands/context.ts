import type { Files, Host, Terminal } from "../../core/ports.ts";

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
}

/** Returns the process's exit code. */
export type Command<Options> = (context: CommandContext, options: Options) => Promise<number>;

/** A path as typed, made absolute. */
export function absolutePath(context: CommandContext, path: string): string {
  return path.startsWith("/") ? path : `${context.workingDirectory}/${path}`.replaceAll(/\/(\.\/)+/g, "/");
}
