import { EXIT } from "../../core/errors.ts";
import { requireRoot } from "../../provision/apply/require-root.ts";
import { Archive } from "../incoming/archive.ts";
import { renderMessage } from "../views/messages.ts";
import type { AgentCommand } from "./context.ts";
import { findMessage } from "./find-messages.ts";

export interface SmsShowOptions {
  /** An id, or how it begins. */
  readonly id: string;
  readonly json?: boolean;
}

/** `modemkeeper sms show ID`: one message with its text and sender. */
export const smsShowCommand: AgentCommand<SmsShowOptions> = async (context, { id: typed, json }) => {
  const { host, terminal } = context;
  requireRoot(host);
  const archive = new Archive(host.delivery.spoolFiles, await context.inventory());
  const opened = await findMessage(archive, typed, ["dead", "waiting", "done", "duplicate"]);
  if (!json) {
    terminal.out(renderMessage(opened));
    return EXIT.ok;
  }
  const { id, standing, message, sinks, reason } = opened;
  const shown = {
    id,
    state: standing,
    ...(reason === undefined ? {} : { reason }),
    sinks,
    ...(message ? { message } : {}),
  };
  terminal.out(`${JSON.stringify({ format: "modemkeeper.message/1", ...shown })}\n`);
  return EXIT.ok;
};
