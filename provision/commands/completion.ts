import type { Command } from "commander";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Words after a prefix of commands: `""` are the commands, `models` its subcommands; options are under each. */
function vocabulary(program: Command): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, readonly string[]>();
  const visit = (command: Command, path: string): void => {
    const options = command.options.flatMap((option) => option.long ?? []);
    const commands = visibleCommands(command);
    words.set(path, [...commands.map((sub) => sub.name()), ...options]);
    for (const sub of commands) visit(sub, `${path} ${sub.name()}`.trim());
  };
  visit(program, "");
  return words;
}

/** Commands that are meant for people; commander's own `help` is not among ours. */
export function visibleCommands(command: Command): readonly Command[] {
  const visible = new Set(command.createHelp().visibleCommands(command));
  return command.commands.filter((sub) => visible.has(sub));
}

/** A completion script made from the commands themselves, so that the two cannot drift apart. */
export function completionScript(program: Command, shell: Shell): string {
  const words = vocabulary(program);
  const globals = program.options.flatMap((option) => option.long ?? []);
  const name = program.name();
  if (shell === "fish") return fish(name, words, globals);
  return shell === "zsh"
    ? `#compdef ${name}\nautoload -U +X bashcompinit && bashcompinit\n${bash(name, words, globals)}`
    : bash(name, words, globals);
}

function bash(name: string, words: ReadonlyMap<string, readonly string[]>, globals: readonly string[]): string {
  const cases = [...words].map(([path, own]) => {
    return `    "${path}") COMPREPLY=($(compgen -W "${[...new Set([...own, ...globals])].join(" ")}" -- "$word")) ;;`;
  });
  return `_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path="" part
  for part in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$part" in -*) ;; *) path="\${path:+$path }$part" ;; esac
  done
  case "$path" in
${cases.join("\n")}
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -F _${name} ${name}
`;
}

function fish(name: string, words: ReadonlyMap<string, readonly string[]>, globals: readonly string[]): string {
  const lines = [...words].flatMap(([path, own]) => {
    const condition = path === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${path.split(" ").at(-1)}`;
    return own.map((word) => {
      return word.startsWith("--")
        ? `complete -c ${name} -n "${condition}" -l ${word.slice(2)}`
        : `complete -c ${name} -n "${condition}" -f -a ${word}`;
    });
  });
  return `${[...lines, ...globals.map((word) => `complete -c ${name} -l ${word.slice(2)}`)].join("\n")}\n`;
}
