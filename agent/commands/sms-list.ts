import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import { requireRoot } from "../../provision/apply/require-root.ts";
import { Archive, type Standing } from "../incoming/archive.ts";
import { messageRow, renderMessages } from "../views/messages.ts";
import type { AgentCommand } from "./context.ts";

export interface SmsListOptions {
  readonly dead?: boolean;
  readonly waiting?: boolean;
  readonly done?: boolean;
  readonly json?: boolean;
  /** How many, as typed. */
  readonly limit?: string;
}

const DEFAULT_LIMIT = 50;
const MOST = 1_000_000;

/** `modemkeeper sms list`: the newest received messages and how they stand, without texts. */
export const smsListCommand: AgentCommand<SmsListOptions> = async (context, options) => {
  const limit = typedLimit(options.limit);
  const { host, terminal } = context;
  requireRoot(host);
  const archive = new Archive(host.delivery.spoolFiles, await context.inventory());
  const filed = await archive.newest(wanted(options), limit);
  const rows = filed.flatMap((one) => archive.open(one) ?? []).map(messageRow);
  if (options.json) terminal.out(`${JSON.stringify({ format: "modemkeeper.messages/1", messages: rows })}\n`);
  else terminal.out(renderMessages(rows));
  return EXIT.ok;
};

function wanted({ dead, waiting, done }: SmsListOptions): readonly Standing[] {
  const chosen: Standing[] = [
    ...(waiting ? ["waiting" as const] : []),
    ...(dead ? ["dead" as const] : []),
    ...(done ? ["done" as const, "duplicate" as const] : []),
  ];
  return chosen.length > 0 ? chosen : ["waiting", "dead", "done", "duplicate"];
}

/** @throws ModemkeeperError usage */
function typedLimit(typed: string | undefined): number {
  if (typed === undefined) return DEFAULT_LIMIT;
  const limit = Number(typed);
  if (/^\d+$/.test(typed) && limit >= 1 && limit <= MOST) return limit;
  throw new ModemkeeperError("usage", `--limit is no number: ${JSON.stringify(typed)}`, {
    fix: "write, say, --limit 20",
  });
}
