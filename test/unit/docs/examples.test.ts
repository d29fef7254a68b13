import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { MODEMKEEPER_MANUAL } from "../../../agent/commands/manual.ts";
import { modemkeeperProgram } from "../../../agent/commands/program.ts";
import { commandTree } from "../../../provision/commands/command-tree.ts";
import { allNodes } from "../../../provision/commands/completion/places.ts";
import { type Manual, PROVISION_MANUAL } from "../../../provision/commands/manual.ts";
import { provisionProgram } from "../../../provision/commands/program.ts";

/*
 * What the manual shows must be what the parser takes.
 */

const REACHED = "the command was reached";
const NOT_RUN = { version: "", context: () => Promise.reject(new Error(REACHED)), finished: () => undefined };

const PROGRAMS: readonly (readonly [string, () => Command, Manual])[] = [
  ["provision", () => provisionProgram(NOT_RUN), PROVISION_MANUAL],
  ["modemkeeper", () => modemkeeperProgram(NOT_RUN), MODEMKEEPER_MANUAL],
];

/** The words behind the program's name, as a shell would pass them; its own part of a pipe only. */
function wordsOf(line: string, program: string): readonly string[] {
  const own = line
    .split(/ (?:\|\|?|>) |^source <\(|\)$/)
    .find((part) => part.replace("sudo ", "").startsWith(`${program} `));
  const words = own?.replace("sudo ", "").match(/'[^']*'|\S+/g) ?? [];
  return words.slice(1).map((word) => word.replaceAll("'", ""));
}

function quiet(command: Command): Command {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const sub of command.commands) quiet(sub);
  return command;
}

describe.each(PROGRAMS)("%s", (name, make, manual) => {
  const examples = Object.entries(manual).flatMap(([path, { examples = [] }]) =>
    examples.map(({ command }) => [command, path] as const),
  );

  test.each(examples)("%s is a line that `%s` takes", async (line, path) => {
    const words = wordsOf(line, name);
    await expect(quiet(make()).parseAsync([...words], { from: "user" })).rejects.toThrow(REACHED);
    const commands = words.filter((word) => !word.startsWith("-")).join(" ");
    if (path !== "") expect(commands).toContain(path);
  });

  test("every entry belongs to a command that there is", () => {
    const paths = allNodes(commandTree(make())).map((node) => node.path);
    expect(paths).toEqual(expect.arrayContaining(Object.keys(manual)));
  });

  test("every command says what it does, and every option what it is for", () => {
    for (const node of allNodes(commandTree(make()))) {
      expect(node.description, node.path).toMatch(/^[^\n]{4,140}$/);
      for (const option of node.options) expect(option.description, `${node.path} ${option.long}`).toMatch(/\w{2,}/);
    }
  });

  test("--help shows text and examples", () => {
    let shown = "";
    const program = make().configureOutput({ writeOut: (text) => (shown += text) });
    expect(() => program.parse(["--help"], { from: "user" })).toThrow();
    for (const { command } of manual[""]?.examples ?? []) expect(shown).toContain(command);
    for (const line of shown.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});
