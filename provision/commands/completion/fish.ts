import type { CommandNode, OptionNode, ValueKind } from "../command-tree.ts";
import { allNodes, identifier, PATIENCE, placesOf, spellings, takesValue } from "./places.ts";

/** For fish 3 and later, with descriptions. */
export function fishScript(tree: CommandNode): string {
  const name = `__${identifier(tree.name)}`;
  const lines = allNodes(tree).flatMap((node) => [
    ...node.commands.map((sub) => commandLine(tree, node, sub)),
    ...node.options.map((option) => optionLine(tree, node, option)),
    ...argumentLines(tree, node),
  ]);
  return `# Completion of \`${tree.name}\` for fish, made by \`${tree.name} completion fish\`.

${atFunction(name, tree)}
${askFunction(name, tree)}
complete -c ${tree.name} -f
${lines.join("\n")}
`;
}

/** fish asks each condition once for a completion, so every line may have one. */
function atFunction(name: string, tree: CommandNode): string {
  return `function ${name}_at -a path from to -d 'whether the words before the cursor are this command, with so many arguments'
    set -l here ''
    set -l count 0
    set -l value no
    for word in (commandline -opc)[2..-1]
        if test $value = yes
            set value no
            continue
        end
        switch "$here:$word"
            case ${optionsWithValue(tree).join(" ")}
                set value yes
            case '*:-*'
            case ${subcommands(tree).join(" ")}
                set here (string trim "$here $word")
            case '*'
                set count (math $count + 1)
        end
    end
    test "$here" = "$path"; or return
    test -z "$from"; or test $count -ge $from; or return
    test -z "$to"; or test $count -le $to
end
`;
}

function askFunction(name: string, tree: CommandNode): string {
  const globals = tree.options.filter(takesValue).flatMap(spellings);
  return `function ${name}_ask -a what -d 'what only the program knows'
    set -l words (commandline -opc)
    set -l globals
    for index in (seq 2 (math (count $words) - 1))
        contains -- $words[$index] ${globals.join(" ")}
        and set -a globals $words[$index] $words[(math $index + 1)]
    end
    timeout ${PATIENCE} $words[1] $globals __complete $what 2>/dev/null
end
`;
}

function optionsWithValue(tree: CommandNode): readonly string[] {
  return allNodes(tree).flatMap((node) =>
    node.options
      .filter(takesValue)
      .flatMap((option) =>
        spellings(option).map((spelling) => quoted(`${node === tree ? "*" : node.path}:${spelling}`)),
      ),
  );
}

function subcommands(tree: CommandNode): readonly string[] {
  return allNodes(tree).flatMap((node) => node.commands.map((sub) => quoted(`${node.path}:${sub.name}`)));
}

function commandLine(tree: CommandNode, node: CommandNode, sub: CommandNode): string {
  return `complete -c ${tree.name} -n ${at(tree, node, 0, 0)} -a ${sub.name} -d ${quoted(sub.description)}`;
}

function optionLine(tree: CommandNode, node: CommandNode, option: OptionNode): string {
  const condition = node === tree ? "" : ` -n ${at(tree, node)}`;
  const short = option.short === undefined ? "" : ` -s ${option.short.slice(1)}`;
  const value = option.value === undefined ? "" : ` ${valueFlags(tree, option.kind)}`;
  return `complete -c ${tree.name}${condition}${short} -l ${option.long.slice(2)}${value} -d ${quoted(option.description)}`;
}

function argumentLines(tree: CommandNode, node: CommandNode): readonly string[] {
  return placesOf(node).flatMap(({ argument, before }) => {
    if (argument.kind.is === "text") return [];
    const condition = at(tree, node, before, argument.variadic ? undefined : before);
    if (argument.kind.is === "file") return [`complete -c ${tree.name} -n ${condition} -F`];
    return [`complete -c ${tree.name} -n ${condition} -a ${candidates(tree, argument.kind, node)}`];
  });
}

function at(tree: CommandNode, node: CommandNode, from?: number, to?: number): string {
  const words = [`__${identifier(tree.name)}_at`, `"${node.path}"`, from, to];
  return quoted(words.filter((word) => word !== undefined).join(" "));
}

/** `-x`: a value is needed, and no file. */
function valueFlags(tree: CommandNode, kind: ValueKind): string {
  if (kind.is === "text") return "-x";
  return kind.is === "file" ? "-r -F" : `-x -a ${candidates(tree, kind, tree)}`;
}

function candidates(tree: CommandNode, kind: Exclude<ValueKind, { is: "text" | "file" }>, node: CommandNode): string {
  const name = `__${identifier(tree.name)}`;
  switch (kind.is) {
    case "folder":
      return "'(__fish_complete_directories)'";
    case "choice":
      return quoted(kind.choices.join(" "));
    case "ask":
      return quoted(`(${name}_ask ${kind.name})`);
    case "command-line":
      return quoted(`(__fish_complete_subcommand ${wordsBefore(tree, node).join(" ")})`);
  }
}

/** Where the other program's name stands: behind so many words, not counting options and these options' values. */
function wordsBefore(tree: CommandNode, node: CommandNode): readonly string[] {
  const options = [...tree.options, ...node.options].filter(takesValue).flatMap(spellings);
  return [`--fcs-skip=${node.path.split(" ").length + 1}`, ...options];
}

/** fish knows two escapes between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
