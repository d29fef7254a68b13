import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { Terminal } from "../../core/ports.ts";
import { requireRoot } from "../../provision/apply/require-root.ts";
import { Archive, type Opened } from "../incoming/archive.ts";
import { retryLetter } from "../incoming/retry.ts";
import type { AgentCommand } from "./context.ts";
import { findMessage } from "./find-messages.ts";

export interface SmsRetryOptions {
  /** Ids, or how they begin. */
  readonly ids: readonly string[];
  readonly all?: boolean;
}

/** `modemkeeper sms retry`: gives dead letters back to the agent, which delivers them to the sinks that do not have them. */
export const smsRetryCommand: AgentCommand<SmsRetryOptions> = async (context, { ids, all }) => {
  if (ids.length > 0 === (all === true)) {
    throw new ModemkeeperError("usage", "name the messages to retry, or write --all", {
      fix: "`modemkeeper sms list --dead` shows them",
    });
  }
  const { host, terminal } = context;
  requireRoot(host);
  const inventory = await context.inventory();
  requireSinks(inventory);
  const { spoolFiles } = host.delivery;
  const archive = new Archive(spoolFiles, inventory);
  const letters = all ? await allLetters(archive, terminal) : await namedLetters(archive, ids);
  for (const letter of letters) await retryLetter(spoolFiles, inventory, letter);
  const count = letters.length === 1 ? "1 message is" : `${letters.length} messages are`;
  terminal.err(
    letters.length === 0 ? "there is nothing to retry\n" : `${count} delivered again as soon as the agent runs\n`,
  );
  return EXIT.ok;
};

/** Without sinks they would lie in smsd's folder, and nobody would take them. */
function requireSinks({ incoming }: Inventory): void {
  if (incoming.sinks.length > 0) return;
  throw new ModemkeeperError("precondition-missing", "the inventory names nobody who gets received messages", {
    fix: "add `incoming.sinks` to it, then run `provision apply`",
  });
}

async function namedLetters(archive: Archive, ids: readonly string[]): Promise<readonly Opened[]> {
  const letters = new Map<string, Opened>();
  for (const id of ids) {
    const letter = await findMessage(archive, id, ["dead"]);
    letters.set(letter.place.name, letter);
  }
  return [...letters.values()];
}

/** The eldest first: so they reach the sinks in their order. */
async function allLetters(archive: Archive, terminal: Terminal): Promise<readonly Opened[]> {
  const filed = await archive.newest(["dead"], Number.MAX_SAFE_INTEGER);
  const letters = filed.toReversed().flatMap((one) => archive.open(one) ?? []);
  const messages = letters.filter(({ message }) => message !== undefined);
  const others = letters.length - messages.length;
  if (others > 0)
    terminal.err(`${others} left: what never was a message does not become one; name its id to try all the same\n`);
  return messages;
}
