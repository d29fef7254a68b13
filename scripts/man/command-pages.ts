import { type CommandNode, leavesOf, type OptionNode } from "../../provision/commands/command-tree.ts";
import { meaningOf } from "../reference/commands.ts";
import { environment, exitStatus, files } from "./common.ts";
import {
  bold,
  fill,
  indented,
  italic,
  nameSection,
  page,
  paragraph,
  prose,
  section,
  seeAlso,
  sentence,
  tagged,
  verbatim,
} from "./roff.ts";

/** A group of so many commands has a page of its own, as with git; smaller ones are found where one looks first. */
const OWN_PAGE = 3;

/** Path in the repository → source: a page for the program and one for each larger group. */
export function commandPages(program: CommandNode): ReadonlyMap<string, string> {
  const groups = program.commands.filter(hasOwnPage);
  const pages = [programPage(program), ...groups.map((group) => groupPage(program, group))];
  const names = [program.name, ...groups.map((group) => pageName(program, group))];
  return new Map(names.map((name, index) => [`man/${name}.1`, pages[index] ?? ""]));
}

function hasOwnPage(command: CommandNode): boolean {
  return command.commands.length >= OWN_PAGE;
}

function pageName(program: CommandNode, group: CommandNode): string {
  return `${program.name}-${group.name}`;
}

function programPage(program: CommandNode): string {
  const groups = program.commands.filter(hasOwnPage);
  const here = program.commands.filter((command) => !hasOwnPage(command));
  const [summary = "", ...text] = [program.description, ...program.text];
  return page(
    { name: program.name, section: 1 },
    nameSection(program.name, lowerCase(summary)),
    section(
      "SYNOPSIS",
      synopsis([`${bold(program.name)} [${italic("option")} ...] ${italic("command")} [${italic("argument")} ...]`]),
    ),
    section("DESCRIPTION", fill(prose(summary)), ...text.map((one) => paragraph(prose(one)))),
    section(
      "COMMANDS",
      ...here.flatMap(leavesOf).map((leaf) => commandBlock(leaf)),
      ...groups.map((group) => groupReference(program, group)),
    ),
    section(
      "OPTIONS",
      fill(prose("They may stand before the command or behind it.")),
      ...program.options.map(optionBlock),
    ),
    exitStatus(),
    environment(),
    files(),
    examplesOf([program, ...here.flatMap(leavesOf)]),
    seeAlso(...relatives(program), ...groups.map((group) => `${pageName(program, group)}(1)`), ...OTHERS),
  );
}

const PROGRAMS = ["modemkeeper", "provision"];
const OTHERS = ["modemkeeper-inventory(5)", "smsd(1)", "udevadm(8)"];

function relatives({ name }: CommandNode): readonly string[] {
  return PROGRAMS.filter((one) => one !== name).map((one) => `${one}(1)`);
}

function groupPage(program: CommandNode, group: CommandNode): string {
  const name = pageName(program, group);
  const leaves = leavesOf(group);
  return page(
    { name, section: 1 },
    nameSection(name, group.description),
    section("SYNOPSIS", synopsis(leaves.map((leaf) => usage(program, leaf)))),
    section("COMMANDS", ...leaves.map((leaf) => commandBlock(leaf))),
    section("OPTIONS", fill(prose(`Those of \`${program.name}\`(1) hold, too.`)), ...program.options.map(optionBlock)),
    exitStatus(),
    examplesOf(leaves),
    seeAlso(`${program.name}(1)`, ...OTHERS),
  );
}

function synopsis(lines: readonly string[]): string {
  return lines.map(fill).join("\n.br\n");
}

function usage(program: CommandNode, leaf: CommandNode): string {
  const options = leaf.options.length === 0 ? [] : [`[${italic("option")} ...]`];
  return [bold(`${program.name} ${leaf.path}`), ...options, ...argumentsOf(leaf)].join(" ");
}

function argumentsOf(leaf: CommandNode): readonly string[] {
  return leaf.arguments.map(({ name, required, variadic }) => {
    const whole = `${italic(name)}${variadic ? " ..." : ""}`;
    return required ? whole : `[${whole}]`;
  });
}

function commandBlock(leaf: CommandNode): string {
  const named = leaf.arguments.filter(({ description }) => description !== "");
  const details = [
    ...leaf.text.map((one) => paragraph(prose(one))),
    ...named.map((one) => tagged(italic(one.name), `${prose(sentence(one.description))}.`)),
    ...leaf.options.map(optionBlock),
  ];
  return [
    tagged([bold(leaf.path), ...argumentsOf(leaf)].join(" "), `${prose(sentence(leaf.description))}.`),
    ...(details.length === 0 ? [] : [indented(...details)]),
  ].join("\n");
}

function groupReference(program: CommandNode, group: CommandNode): string {
  const names = group.commands.map(({ name }) => bold(name)).join(", ");
  const where = `${bold(pageName(program, group))}(1)`;
  return tagged(
    `${bold(group.path)} ${italic("command")}`,
    `${prose(sentence(group.description))}: ${names}. See ${where}.`,
  );
}

function optionBlock(option: OptionNode): string {
  const [flags = "", placeholder] = option.flags.split(/\s+(?=[<[])/);
  const spelt = flags.split(", ").map(bold).join(", ");
  const value = placeholder === undefined ? "" : ` ${italic(placeholder.replaceAll(/[<>[\]]/g, ""))}`;
  return tagged(`${spelt}${value}`, `${prose(sentence(meaningOf(option)))}.`);
}

function examplesOf(nodes: readonly CommandNode[]): string {
  const blocks = nodes
    .flatMap(({ examples }) => examples)
    .map(({ command, what }, index) => {
      const lead = `${prose(sentence(what))}:`;
      return [index === 0 ? fill(lead) : paragraph(lead), indented(verbatim(command))].join("\n");
    });
  return section("EXAMPLES", ...blocks);
}

function lowerCase(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, "");
}
