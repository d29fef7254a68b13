import type { Argument, Command, Option } from "commander";
import type { Example, Manual } from "./manual.ts";

/*
 * A command line as a value: help, completion, manual pages and the command reference are made from it, so that they
 * cannot say different things.
 */

/** What a value on the command line is; told by its placeholder. */
export type ValueKind =
  | { readonly is: "text" }
  | { readonly is: "file" }
  | { readonly is: "folder" }
  | { readonly is: "choice"; readonly choices: readonly string[] }
  /** Only the program knows: it is asked, as `PROGRAM __complete NAME`. */
  | { readonly is: "ask"; readonly name: string }
  /** Another program with its own arguments. */
  | { readonly is: "command-line" };

export interface OptionNode {
  /** As commander takes them: `-i, --inventory <file>`. */
  readonly flags: string;
  readonly short?: string;
  readonly long: string;
  readonly description: string;
  /** The placeholder without brackets, of an option that takes a value. */
  readonly value?: string;
  readonly kind: ValueKind;
  readonly choices: readonly string[];
  readonly initial?: string;
}

export interface ArgumentNode {
  readonly name: string;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly description: string;
  readonly kind: ValueKind;
}

export interface CommandNode {
  readonly name: string;
  /** The names of the groups above it and its own, without the program's: `sms send`; empty for the program. */
  readonly path: string;
  readonly description: string;
  /** Its own; those of the program hold for every command. */
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
  readonly commands: readonly CommandNode[];
  /** Paragraphs beyond the description. */
  readonly text: readonly string[];
  readonly examples: readonly Example[];
}

/** What placeholders stand for; all others are text. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  file: { is: "file" },
  plan: { is: "file" },
  dir: { is: "folder" },
  modem: { is: "ask", name: "modems" },
  model: { is: "ask", name: "models" },
  generation: { is: "ask", name: "generations" },
  check: { is: "ask", name: "checks" },
  message: { is: "ask", name: "messages" },
  "dead-letter": { is: "ask", name: "dead-letters" },
  command: { is: "command-line" },
};

/** The whole command line, without what is hidden. */
export function commandTree(program: Command, manual: Manual = {}): CommandNode {
  return nodeOf(program, "", manual);
}

function nodeOf(command: Command, path: string, manual: Manual): CommandNode {
  return {
    name: command.name(),
    path,
    description: command.description(),
    options: command.createHelp().visibleOptions(command).filter(isOwn(command)).map(optionNode),
    arguments: command.registeredArguments.map(argumentNode),
    commands: visibleCommands(command).map((sub) => nodeOf(sub, `${path} ${sub.name()}`.trim(), manual)),
    text: manual[path]?.text ?? [],
    examples: manual[path]?.examples ?? [],
  };
}

/** Every command has `--help`; it is listed with the program's options, once. */
function isOwn(command: Command): (option: Option) => boolean {
  return (option) => command.parent === null || command.options.includes(option);
}

/** Commands that are meant for people; commander's own `help` is not among ours. */
function visibleCommands(command: Command): readonly Command[] {
  const visible = new Set(command.createHelp().visibleCommands(command));
  return command.commands.filter((sub) => visible.has(sub));
}

function optionNode(option: Option): OptionNode {
  const value = /[<[]([^>\]]+?)(?:\.\.\.)?[>\]]/.exec(option.flags)?.[1];
  const choices = option.argChoices ?? [];
  return {
    flags: option.flags,
    ...(option.short === undefined ? {} : { short: option.short }),
    long: option.long ?? `--${option.name()}`,
    description: option.description,
    ...(value === undefined ? {} : { value }),
    kind: kindOf(value, choices),
    choices,
    ...(typeof option.defaultValue === "string" ? { initial: option.defaultValue } : {}),
  };
}

function argumentNode(argument: Argument): ArgumentNode {
  return {
    name: argument.name(),
    required: argument.required,
    variadic: argument.variadic,
    description: argument.description,
    kind: kindOf(argument.name(), argument.argChoices ?? []),
  };
}

function kindOf(placeholder: string | undefined, choices: readonly string[]): ValueKind {
  if (choices.length > 0) return { is: "choice", choices };
  return KINDS[placeholder ?? ""] ?? { is: "text" };
}

/** The commands that do something, in order; a group only holds others. */
export function leavesOf(node: CommandNode): readonly CommandNode[] {
  return node.commands.length === 0 ? [node] : node.commands.flatMap(leavesOf);
}

/** How its arguments are written: `<to> [text]`. */
export function argumentsText({ arguments: args }: CommandNode): string {
  const words = args.map(({ name, required, variadic }) => {
    const whole = `${name}${variadic ? "..." : ""}`;
    return required ? `<${whole}>` : `[${whole}]`;
  });
  return words.join(" ");
}
