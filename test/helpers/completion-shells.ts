import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/*
 * Asks real shells what they offer. Each finds the scripts by itself, in the folders where bootstrap.sh links them.
 */

const run = promisify(execFile);

/** Milliseconds. */
const LIMIT = 50_000;

export interface ShellSetting {
  /** A `share` folder as /usr/local/share: bash-completion/completions, zsh/site-functions, fish/vendor_completions.d. */
  readonly share: string;
  /** Put before PATH: where the programs are. */
  readonly bin: string;
  /** Scratch, for what shells write. */
  readonly home: string;
}

function environment({ share, bin, home }: ShellSetting): NodeJS.ProcessEnv {
  return {
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    HOME: home,
    XDG_DATA_DIRS: `${share}:/usr/share`,
    LC_ALL: "C.UTF-8",
    TERM: "dumb",
  };
}

/** Ends what was offered for one line. */
const END = "\x1e";
/** Between the words of one line. */
const BETWEEN = "\x1f";

const BASH = `
source /usr/share/bash-completion/bash_completion
for line; do
  IFS=$'\\x1f' read -ra COMP_WORDS <<<"$line"$'\\x1f'
  program=\${COMP_WORDS[0]}
  complete -p "$program" &>/dev/null || _completion_loader "$program"
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMP_LINE="\${COMP_WORDS[*]}"
  COMP_POINT=\${#COMP_LINE}
  "_$program" "$program" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\\n' "\${COMPREPLY[@]}" $'\\x1e'
done
`;

/** What bash offers at the end of each line: its candidates. bash splits words at `=`, and so is done here. */
export async function bashCandidates(setting: ShellSetting, lines: readonly string[]): Promise<Offered> {
  const words = lines.map((line) => line.split(" ").flatMap((word) => word.split(/(?<=^--\w+)(=)/)));
  const args = ["--norc", "-c", BASH, "bash", ...words.map((one) => one.join(BETWEEN))];
  return offered(lines, await output("bash", args, setting));
}

const FISH = `for line in $argv; complete -C $line; echo \\x1e; end`;

/** What fish offers: candidate, tab, description. */
export async function fishCandidates(setting: ShellSetting, lines: readonly string[]): Promise<Offered> {
  return offered(lines, await output("fish", ["--private", "-c", FISH, ...lines], setting));
}

/**
 * zsh completes only in its line editor, so one is started on a terminal of its own, each line is typed, and the list
 * that it shows is read. Each wait is for a text that only the shell makes of what was typed.
 */
const ZSH = `
zmodload zsh/zpty
zpty editor zsh -f -i
zpty -w editor "stty cols 300 rows 500; fpath=($1/zsh/site-functions \\$fpath)
autoload -Uz compinit; compinit -u -D; bindkey '^D' list-choices; LISTMAX=0; PS1='editor-is''-ready'"
zpty -r editor shown '*editor-is-ready*'
shift
for line; do
  zpty -n -w editor "$line"$'\\x04'$'\\x15'"print list-is-'over'"$'\\n'
  zpty -r editor shown '*list-is-over*editor-is-ready*'
  print -r -- "$shown"$'\\x1e'
done
`;

/** What zsh lists: `candidate  -- description`, or candidates in columns where they have none. */
export async function zshLists(setting: ShellSetting, lines: readonly string[]): Promise<Offered> {
  const shown = await output("zsh", ["-f", "-c", ZSH, "zsh", setting.share, ...lines], setting);
  // Before the list stands the line as typed, behind it the prompt anew.
  const lists = shown.split(END).map((one) => {
    const [, ...rows] = one.trimStart().split(/\r\r?\n/);
    const end = rows.findIndex((row) => row.startsWith("editor-is-ready"));
    return rows.slice(0, Math.max(0, end)).join("\n");
  });
  return offered(lines, lists.join(`\n${END}\n`));
}

/** What was offered, by line. */
export type Offered = ReadonlyMap<string, readonly string[]>;

function offered(lines: readonly string[], text: string): Offered {
  const blocks = text.split(END).map((block) => block.split("\n").map((row) => row.trimEnd()));
  return new Map(lines.map((line, index) => [line, (blocks[index] ?? []).filter((row) => row !== "")]));
}

async function output(program: string, args: readonly string[], setting: ShellSetting): Promise<string> {
  return (await run(program, args, { env: environment(setting), timeout: LIMIT })).stdout;
}

/** Commands by name → the file that runs them. */
export async function putPrograms(bin: string, programs: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(bin, { recursive: true });
  for (const [name, main] of Object.entries(programs)) {
    const script = `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`;
    await writeFile(join(bin, name), script, { mode: 0o755 });
  }
}
