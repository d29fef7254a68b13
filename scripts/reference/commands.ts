import { argumentsText, type CommandNode, leavesOf, type OptionNode } from "../../provision/commands/command-tree.ts";
import { cell } from "./cell.ts";

/** The commands of one program. */
export function commandReference(program: CommandNode): string {
  const sections = leavesOf(program).map((leaf) => section(program, leaf));
  return `# The commands of \`${program.name}\`

${[program.description, ...program.text].join("\n\n")}

## Options of every command

${optionTable(program.options)}
${sections.join("\n")}`;
}

function section(program: CommandNode, leaf: CommandNode): string {
  const described = leaf.arguments.filter(({ description }) => description !== "");
  const parts = [
    `## ${[program.name, leaf.path, argumentsText(leaf)].join(" ").trim()}`,
    sentence(leaf.description),
    ...leaf.text,
    ...(described.length === 0 ? [] : [described.map((one) => `- \`${one.name}\`: ${one.description}`).join("\n")]),
    ...(leaf.options.length === 0 ? [] : [optionTable(leaf.options).trimEnd()]),
    ...(leaf.examples.length === 0 ? [] : [exampleList(leaf)]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function sentence(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
}

function exampleList({ examples }: CommandNode): string {
  return ["```", ...examples.flatMap(({ command, what }) => [`# ${what}`, command]), "```"].join("\n");
}

function optionTable(options: readonly OptionNode[]): string {
  const rows = options.map((option) => `| \`${option.flags}\` | ${cell(meaningOf(option))} |`);
  return `| option | meaning |\n|---|---|\n${rows.join("\n")}\n`;
}

/** What it does, what it may be, and what it is if nobody says. */
export function meaningOf({ description, choices, initial }: OptionNode): string {
  const possible = choices.length === 0 ? "" : `: ${choices.join(", ")}`;
  return `${description}${possible}${initial === undefined ? "" : ` (default: ${initial})`}`;
}
