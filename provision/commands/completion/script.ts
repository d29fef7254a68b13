import type { Command } from "commander";
import { commandTree } from "../command-tree.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { zshScript } from "./zsh.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A completion script made from the commands themselves, so that the two cannot drift apart. */
export function completionScript(program: Command, shell: Shell): string {
  const tree = commandTree(program);
  switch (shell) {
    case "bash":
      return bashScript(tree);
    case "zsh":
      return zshScript(tree);
    case "fish":
      return fishScript(tree);
  }
}
