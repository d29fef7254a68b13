import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import { type Candidate, candidateLines } from "../../provision/commands/completion/answer.ts";
import type { Standing } from "../incoming/archive.ts";
import type { AgentCommand, AgentContext } from "./context.ts";

/** So many are read through when somebody presses Tab; whoever looks for an older one uses `sms list`. */
const NEWEST = 20;
/** As much of an id as `sms list` shows. */
const ID_LENGTH = 12;

/** `modemkeeper __complete WHAT`: what the completion scripts cannot know. Not for people. */
export const candidatesCommand: AgentCommand<{ readonly what: string }> = async (context, { what }) => {
  context.terminal.out(candidateLines(await candidatesFor(context, what)));
  return EXIT.ok;
};

async function candidatesFor(context: AgentContext, what: string): Promise<readonly Candidate[]> {
  switch (what) {
    case "modems":
      return (await context.inventory()).modems.map(({ name, model }) => ({ value: name, what: model.title }));
    case "messages":
      return await messages(context, ["waiting", "dead", "done"]);
    case "dead-letters":
      return await messages(context, ["dead"]);
    case "checks": {
      const { ALL_CHECKS } = await import("../doctor/checks/all.ts");
      return ALL_CHECKS.map(({ name, title }) => ({ value: name, what: title }));
    }
    default:
      throw new ModemkeeperError("usage", `there are no candidates for "${what}"`);
  }
}

/** @throws ModemkeeperError io for who may not read the folders: the shell then offers nothing */
async function messages(
  { host, inventory }: AgentContext,
  standings: readonly Standing[],
): Promise<readonly Candidate[]> {
  const { Archive } = await import("../incoming/archive.ts");
  const { messageRow } = await import("../views/messages.ts");
  const archive = new Archive(host.delivery.spoolFiles, await inventory());
  const filed = await archive.newest(standings, NEWEST);
  const rows = filed.flatMap((one) => archive.open(one) ?? []).map(messageRow);
  return rows.map(({ id, state, at, from = "", reason = "" }) => ({
    value: id.slice(0, ID_LENGTH),
    what: [state, at, from, reason].filter((part) => part !== "").join(" "),
  }));
}
