import type { CommandNode, OptionNode, ValueKind } from "../command-tree.ts";
import { allNodes, identifier, isCommandLine, PATIENCE, placesOf, quoted, spellings } from "./places.ts";

/** For zsh's own completion system, with descriptions. Works as a file in fpath and when it is sourced. */
export function zshScript(tree: CommandNode): string {
  const functions = allNodes(tree).map((node) => commandFunction(tree, node));
  const name = functionOf(tree, tree);
  return `#compdef ${tree.name}
# Completion of \`${tree.name}\` for zsh, made by \`${tree.name} completion zsh\`.

${askFunction(tree)}
${functions.join("\n")}
if [[ $funcstack[1] == ${name} ]]; then ${name} "$@"; else compdef ${name} ${tree.name}; fi
`;
}

function functionOf(tree: CommandNode, node: CommandNode): string {
  return `_${identifier(`${tree.name} ${node.path}`.trim())}`;
}

/** The program's own options are passed on: another inventory has other modems. */
function askFunction(tree: CommandNode): string {
  const globals = tree.options.filter(({ value }) => value !== undefined).flatMap(spellings);
  const name = functionOf(tree, tree);
  return `${name}_ask() {
  local -a answers globals
  local -i index
  for ((index = 2; index < $#typed; index++)); do
    case $typed[index] in
      ${globals.join("|")}) globals+=($typed[index] \${(Q)typed[index+1]}); index+=1 ;;
    esac
  done
  answers=(\${\${(f)"$(timeout ${PATIENCE} \${(Q)typed[1]} $globals __complete $1 2>/dev/null)"}/$'\\t'/:})
  _describe -t $1 \${1//-/ } answers
}
`;
}

function commandFunction(tree: CommandNode, node: CommandNode): string {
  const options = node === tree ? tree.options : [...node.options, ...tree.options];
  const specs = options.flatMap((option) => optionSpecs(tree, option, options));
  return node.commands.length === 0 ? leafFunction(tree, node, specs) : groupFunction(tree, node, specs);
}

function leafFunction(tree: CommandNode, node: CommandNode, options: readonly string[]): string {
  const specs = [...options, ...argumentSpecs(tree, node)];
  return `${functionOf(tree, node)}() {
${node.arguments.some(({ kind }) => isCommandLine(kind)) ? AFTER_DASHES : ""}  _arguments -s -S ${specs.map((spec) => `\\\n    ${spec}`).join(" ")}
}
`;
}

/** `_arguments` takes `--` for the name of the other program. */
const AFTER_DASHES = `  local -i ended=\${words[(i)--]}
  if (( ended < CURRENT )); then
    shift $ended words
    (( CURRENT -= ended ))
    _normal
    return
  fi
`;

/** `-A`: from the command's name on, options are those of the command. */
function groupFunction(tree: CommandNode, node: CommandNode, options: readonly string[]): string {
  const described = node.commands.map((sub) => `    ${quoted(`${sub.name}:${sub.description}`)}\n`);
  const cases = node.commands.map((sub) => `        ${sub.name}) ${functionOf(tree, sub)} && ret=0 ;;\n`);
  // Kept for what is asked of the program: `words` shrinks from group to group.
  const typed = node === tree ? `  local -a typed=("\${words[@]}")\n` : "";
  return `${functionOf(tree, node)}() {
  local curcontext="$curcontext" context state state_descr line ret=1
  local -A opt_args
${typed}  local -a subcommands=(
${described.join("")}  )
  _arguments -s -S -A '-*' -C ${[...options, "'1: :->command'", "'*:: :->rest'"].map((spec) => `\\\n    ${spec}`).join(" ")} && ret=0
  case $state in
    command) _describe -t commands command subcommands && ret=0 ;;
    rest)
      case $line[1] in
${cases.join("")}      esac
      ;;
  esac
  return ret
}
`;
}

function optionSpecs(tree: CommandNode, option: OptionNode, all: readonly OptionNode[]): readonly string[] {
  const others = all.filter((one) => one.long === opposite(option.long)).flatMap(spellings);
  const excluded = [...spellings(option), ...others].join(" ");
  const explanation = option.description.replaceAll(/[\\[\]]/g, "\\$&");
  const value = option.value === undefined ? "" : `:${option.value}:${actionOf(tree, option.kind)}`;
  return spellings(option).map((spelling) => {
    // With the value in the same word or in the next one: -iFILE, --inventory=FILE.
    const joint = option.value === undefined ? "" : spelling.startsWith("--") ? "=" : "+";
    return quoted(`(${excluded})${spelling}${joint}[${explanation}]${value}`);
  });
}

function opposite(long: string): string {
  return long.startsWith("--no-") ? `--${long.slice(5)}` : `--no-${long.slice(2)}`;
}

function argumentSpecs(tree: CommandNode, node: CommandNode): readonly string[] {
  return placesOf(node).flatMap(({ argument, before }) => {
    if (isCommandLine(argument.kind))
      return [quoted("(-)1:program:_command_names -e"), quoted("*::arguments: _normal")];
    const place = argument.variadic ? "*" : String(before + 1);
    const optional = argument.required || argument.variadic ? ":" : "::";
    return [quoted(`${place}${optional}${argument.name}:${actionOf(tree, argument.kind)}`)];
  });
}

function actionOf(tree: CommandNode, kind: ValueKind): string {
  switch (kind.is) {
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "choice":
      return `(${kind.choices.join(" ")})`;
    case "ask":
      // Behind a blank a function gets its own arguments only.
      return ` ${functionOf(tree, tree)}_ask ${kind.name}`;
    case "command-line":
      return "_command_names -e";
    case "text":
      // Says what is wanted, and offers nothing.
      return " ";
  }
}
