import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import type { SmsdSection } from "../../core/model/inventory.ts";
import { compose } from "../../core/sms/compose.ts";
import { requireRoot } from "../../provision/apply/require-root.ts";
import { adviceFor } from "../../provision/sending/advice.ts";
import { canBeFollowed, type SendingOutcome, waitForOutcome } from "../../provision/sending/outcome.ts";
import { type Queued, queueMessage, smsdRuns } from "../../provision/sending/queue-message.ts";
import { renderSending, type Sending } from "../views/sending.ts";
import { say } from "./acting.ts";
import type { AgentCommand, AgentContext } from "./context.ts";
import { typedDuration } from "./patience.ts";
import { whyNothingIsSent } from "./why-not-sent.ts";

export interface SmsSendOptions {
  readonly to: string;
  /** Absent or `-`: standard input. */
  readonly text?: string;
  /** False: do not wait for what becomes of it. */
  readonly wait?: boolean;
  /** Duration to wait. */
  readonly timeout?: string;
  readonly flash?: boolean;
  readonly report?: boolean;
  /** Put it into the queue even if nobody sends. */
  readonly queue?: boolean;
  readonly json?: boolean;
}

const DEFAULT_TIMEOUT = "2m";
/** More than the longest message takes in UTF-8: smsd reads 39,000 octets of UCS-2. */
const MAX_INPUT = 60_000;

/** `modemkeeper sms send TO [TEXT]`: gives a message to smsd, waits for what becomes of it, and says it. */
export const smsSendCommand: AgentCommand<SmsSendOptions> = async (context, options) => {
  const { host, terminal, signal } = context;
  const timeout = typedDuration(options.timeout ?? DEFAULT_TIMEOUT);
  requireRoot(host);
  const { smsd } = await context.inventory();
  const message = compose({
    to: options.to,
    text: await textOf(context, options.text),
    flash: options.flash === true,
    // Without the option smsd.conf decides.
    ...(options.report === undefined ? {} : { report: options.report }),
  });
  const runs = await smsdRuns(host);
  if (!runs && !options.queue) throw await nobodySends(context);
  const queued = await queueMessage(host, smsd, message.content);
  const follow = (options.wait ?? runs) && canBeFollowed(smsd);
  const outcome = follow ? await waitForOutcome(host, smsd.spool, { ...queued, timeout }, signal) : undefined;
  const sending: Sending = {
    to: message.to,
    parts: message.parts,
    alphabet: message.alphabet,
    ...(outcome ? await found(context, smsd, queued, outcome) : queuedOnly(smsd, queued, options)),
  };
  terminal.out(
    options.json ? `${JSON.stringify({ format: "modemkeeper.sms-send/1", ...sending })}\n` : renderSending(sending),
  );
  if (sending.outcome === "sent" || sending.outcome === "queued") return EXIT.ok;
  return signal.aborted ? EXIT.interrupted : EXIT.failed;
};

/** `echo` ends its text with a newline that nobody means to send. */
async function textOf(context: AgentContext, text: string | undefined): Promise<string> {
  if (text !== undefined && text !== "-") return text;
  const { terminal } = context;
  if (terminal.interactive) say(context, "type the message; Ctrl-D on a line of its own ends it");
  return (await terminal.readInput(MAX_INPUT)).replace(/\r?\n$/, "");
}

async function nobodySends(context: AgentContext): Promise<ModemkeeperError> {
  return new ModemkeeperError("precondition-missing", "smsd does not run, so nothing would be sent", {
    why: await whyNothingIsSent(context),
    fix: "modemkeeper smsd start; with --queue the message is put into the queue all the same",
  });
}

type Found = Omit<Sending, "to" | "parts" | "alphabet">;

function queuedOnly(smsd: SmsdSection, { name }: Queued, { wait }: SmsSendOptions): Found {
  const unseen = wait !== false && !canBeFollowed(smsd);
  return {
    outcome: "queued",
    file: `${smsd.spool.outgoing}/${name}`,
    ...(unseen ? { why: "smsd gives messages other names here (keep_filename), so this one cannot be followed" } : {}),
  };
}

async function found(
  context: AgentContext,
  smsd: SmsdSection,
  { name }: Queued,
  outcome: SendingOutcome,
): Promise<Found> {
  const at = (place: "outgoing" | "checked" | "sent" | "failed") => ({ file: `${smsd.spool[place]}/${name}` });
  switch (outcome.outcome) {
    case "sent":
      return { ...outcome, ...at("sent") };
    case "failed":
      return { ...outcome, ...at("failed"), fix: adviceFor(outcome.reason, smsd) };
    case "waiting": {
      const { place, ...rest } = outcome;
      return { ...rest, ...at(place), why: await whyNothingIsSent(context), fix: "modemkeeper status -v" };
    }
    case "gone":
      return {
        ...outcome,
        why: "another program took it out of smsd's folders",
        fix: `See what smsd says of it in ${smsd.logfile}.`,
      };
  }
}
