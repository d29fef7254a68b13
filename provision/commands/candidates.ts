import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import { listGenerations } from "../apply/generation-store.ts";
import { loadCatalogue } from "../models/catalogue.ts";
import { type Candidate, candidateLines } from "./completion/answer.ts";
import type { Command, CommandContext } from "./context.ts";

/** `provision __complete WHAT`: what the completion scripts cannot know. Not for people. */
export const candidatesCommand: Command<{ readonly what: string }> = async (context, { what }) => {
  context.terminal.out(candidateLines(await candidatesFor(context, what)));
  return EXIT.ok;
};

async function candidatesFor({ host }: CommandContext, what: string): Promise<readonly Candidate[]> {
  switch (what) {
    case "models":
      return (await loadCatalogue(host.program)).map(({ name, title }) => ({ value: name, what: title }));
    case "generations":
      return (await listGenerations(host))
        .toReversed()
        .map(({ number, startedAt, summary }) => ({ value: String(number), what: `${startedAt} ${summary}` }));
    default:
      throw new ModemkeeperError("usage", `there are no candidates for "${what}"`);
  }
}
