import { ModemkeeperError } from "../../core/errors.ts";
import type { Terminal } from "../../core/ports.ts";

/** @throws ModemkeeperError usage if nobody can be asked, interrupted if the answer is not yes */
export async function confirm(context: { readonly terminal: Terminal }, question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!context.terminal.interactive) {
    throw new ModemkeeperError("usage", "this asks before it changes anything, and there is no terminal to ask on", {
      fix: "add --yes",
    });
  }
  const answer = await context.terminal.ask(question);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new ModemkeeperError("interrupted", "nothing was changed");
}
