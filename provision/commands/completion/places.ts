import type { ArgumentNode, CommandNode, OptionNode, ValueKind } from "../command-tree.ts";

/*
 * What the scripts of all shells need to know of a command line.
 */

/** Seconds after which a shell gives up asking the program, for nobody waits longer for a list. */
export const PATIENCE = 3;

/** The program itself, then everything below it. */
export function allNodes(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

/** Every way to write it. */
export function spellings({ short, long }: OptionNode): readonly string[] {
  return short === undefined ? [long] : [short, long];
}

export function takesValue({ value }: OptionNode): boolean {
  return value !== undefined;
}

/** An argument with how many stand before it. */
export interface Place {
  readonly node: CommandNode;
  readonly argument: ArgumentNode;
  readonly before: number;
}

export function placesOf(node: CommandNode): readonly Place[] {
  return node.arguments.map((argument, before) => ({ node, argument, before }));
}

/** Names of functions may hold letters, digits and `_` in every shell. */
export function identifier(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, "_");
}

/** In single quotes, for bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function isCommandLine({ is }: ValueKind): boolean {
  return is === "command-line";
}
