import type { CommandNode, ValueKind } from "../command-tree.ts";
import { allNodes, identifier, isCommandLine, PATIENCE, placesOf, spellings, takesValue } from "./places.ts";

/**
 * For bash 4 and later, with the package bash-completion or without. Candidates are compared and never expanded, so
 * nothing that the program answers can run.
 */
export function bashScript(tree: CommandNode): string {
  const name = identifier(tree.name);
  return `# Completion of \`${tree.name}\` for bash, made by \`${tree.name} completion bash\`.

${offerFunction(name)}
${askFunction(name)}
${filesFunction(name)}
${mainFunction(name, tree)}
complete -F _${name} ${tree.name}
`;
}

function offerFunction(name: string): string {
  return `_${name}_offer() {
  local candidate
  for candidate; do
    if [[ $candidate == "$word"* ]]; then COMPREPLY+=("$candidate"); fi
  done
}
`;
}

function askFunction(name: string): string {
  return `_${name}_ask() {
  local candidate
  while IFS=$'\\t' read -r candidate _; do
    _${name}_offer "$candidate"
  done < <(timeout ${PATIENCE} "\${COMP_WORDS[0]}" "\${globals[@]}" __complete "$1" 2>/dev/null)
}
`;
}

/** `filenames` has readline add slashes and quote blanks. */
function filesFunction(name: string): string {
  return `_${name}_files() {
  local candidate
  compopt -o filenames 2>/dev/null
  while read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen "$1" -- "$word")
}
`;
}

/** First the words before the cursor are understood, then what may stand at the cursor is offered. */
function mainFunction(name: string, tree: CommandNode): string {
  const nodes = allNodes(tree);
  return `_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path="" option="" part index
  local -i count=0 ended=0
  local -a globals=()
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    part="\${COMP_WORDS[index]}"
    if [[ -n $option ]]; then
      # bash makes three words of --option=value.
      if [[ $part == "=" ]]; then continue; fi
      case "$option" in
        ${globalsWithValue(tree).join(" | ")}) globals+=("$option" "$part") ;;
      esac
      option=""
      continue
    fi
    case "$path:$part" in
      ${optionsWithValue(tree).join(" | ")}) option="$part" ;;
      *:--) ended=1 ;;
      *:-*) ;;
      ${subcommands(tree).join(" | ")}) path="\${path:+$path }$part" ;;
${nodes.flatMap(ownCommandLine).join("")}      *) count+=1 ;;
    esac
  done
  if [[ $word == "=" ]]; then word=""; fi
  if [[ -n $option ]]; then
    case "$path:$option" in
${optionValues(name, tree).join("\n")}
    esac
  elif [[ $word == -* && $ended == 0 ]]; then
    _${name}_offer ${tree.options.flatMap(spellings).join(" ")}
    case "$path" in
${nodes
  .filter((node) => node !== tree && node.options.length > 0)
  .map((node) => `      "${node.path}") _${name}_offer ${node.options.flatMap(spellings).join(" ")} ;;`)
  .join("\n")}
    esac
  else
    case "$path:$count" in
${nodes.flatMap((node) => argumentValues(name, node)).join("\n")}
    esac
  fi
}
`;
}

function globalsWithValue(tree: CommandNode): readonly string[] {
  return tree.options.filter(takesValue).flatMap(spellings);
}

/** Patterns of PATH:OPTION; an option of the program may stand anywhere. */
function optionsWithValue(tree: CommandNode): readonly string[] {
  const own = allNodes(tree).filter((node) => node !== tree);
  return [
    ...globalsWithValue(tree).map((spelling) => `*:${spelling}`),
    ...own.flatMap((node) =>
      node.options
        .filter(takesValue)
        .flatMap((option) => spellings(option).map((spelling) => `"${node.path}:${spelling}"`)),
    ),
  ];
}

function subcommands(tree: CommandNode): readonly string[] {
  return allNodes(tree).flatMap((node) => node.commands.map((sub) => `"${node.path}:${sub.name}"`));
}

/** From another program's name on, that program's own completion answers. */
function ownCommandLine(node: CommandNode): readonly string[] {
  if (!node.arguments.some(({ kind }) => isCommandLine(kind))) return [];
  return [
    `      "${node.path}:"*)
        if declare -F _command_offset >/dev/null; then _command_offset "$index"; fi
        return
        ;;
`,
  ];
}

function optionValues(name: string, tree: CommandNode): readonly string[] {
  return allNodes(tree).flatMap((node) =>
    node.options.filter(takesValue).flatMap((option) => {
      const offer = offerOf(name, option.kind);
      if (offer === undefined) return [];
      const patterns = spellings(option).map((spelling) =>
        node === tree ? `*:${spelling}` : `"${node.path}:${spelling}"`,
      );
      return [`      ${patterns.join(" | ")}) ${offer} ;;`];
    }),
  );
}

function argumentValues(name: string, node: CommandNode): readonly string[] {
  if (node.commands.length > 0) {
    return [`      "${node.path}:0") _${name}_offer ${node.commands.map((sub) => sub.name).join(" ")} ;;`];
  }
  return placesOf(node).flatMap(({ argument, before }) => {
    const offer = offerOf(name, argument.kind);
    if (offer === undefined) return [];
    const place = argument.variadic && before === 0 ? `"${node.path}:"*` : `"${node.path}:${before}"`;
    return [`      ${place}) ${offer} ;;`];
  });
}

function offerOf(name: string, kind: ValueKind): string | undefined {
  switch (kind.is) {
    case "text":
      return undefined;
    case "file":
      return `_${name}_files -f`;
    case "folder":
      return `_${name}_files -d`;
    case "choice":
      return `_${name}_offer ${kind.choices.join(" ")}`;
    case "ask":
      return `_${name}_ask ${kind.name}`;
    case "command-line":
      return `_${name}_files -c`;
  }
}
