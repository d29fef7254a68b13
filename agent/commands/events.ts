import { EXIT, hasErrno, ModemkeeperError } from "../../core/errors.ts";
import { painter } from "../../provision/views/paint.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import { notableOnly, Timeline } from "../timeline/read.ts";
import { renderEvent, speaksUtf8 } from "../views/timeline.ts";
import { eventToJson } from "../views/timeline-json.ts";
import type { AgentCommand, AgentContext } from "./context.ts";
import { typedDuration } from "./patience.ts";

export interface EventsOptions {
  /** Goes on with what comes, until interrupted. */
  readonly follow?: boolean;
  /** Duration to look back: `10m`, `4h`, `2d`; a day if not given. */
  readonly since?: string;
  readonly json?: boolean;
  /** Everyday life, too. */
  readonly all?: boolean;
}

const DEFAULT_SINCE = "1d";
/** Milliseconds between two looks while following. */
const LOOK = 500;

/** `modemkeeper events`: the agent's timeline, accesses and smsd's log as one sequence. */
export const eventsCommand: AgentCommand<EventsOptions> = async (context, options) => {
  const { host, signal } = context;
  const lookBack = typedDuration(options.since ?? DEFAULT_SINCE);
  const timeline = new Timeline(host, await smsdLog(context));
  const wanted = options.all ? () => true : notableOnly();
  const show = printer(context, options.json === true);
  const print = (events: readonly TimelineEvent[]) => {
    for (const event of events) if (wanted(event)) show(event);
  };
  const left = readerLeft();
  print(await timeline.history(host.clock.now().getTime() - lookBack));
  if (!options.follow) return EXIT.ok;
  const over = AbortSignal.any([signal, left]);
  while (!over.aborted) {
    await host.clock.sleep(LOOK, over);
    print(await timeline.news());
  }
  return left.aborted ? EXIT.ok : EXIT.interrupted;
};

/** Aborted when whoever reads our output has closed it: `modemkeeper events | head` has seen enough. */
function readerLeft(): AbortSignal {
  const left = new AbortController();
  process.stdout.on("error", (error) => {
    if (!hasErrno(error, "EPIPE")) throw error;
    left.abort();
  });
  return left.signal;
}

/** Without an inventory there still is a timeline: that smsd's log is missing is then said. */
async function smsdLog({ inventory, terminal }: AgentContext): Promise<string | undefined> {
  try {
    return (await inventory()).smsd.logfile;
  } catch (error) {
    if (!(error instanceof ModemkeeperError)) throw error;
    terminal.err(`smsd's log is left out: ${error.message}\n`);
    return undefined;
  }
}

function printer({ terminal }: AgentContext, json: boolean): (event: TimelineEvent) => void {
  if (json) return (event) => terminal.out(eventToJson(event));
  // Standard error decides for colours elsewhere; here the lines go to standard output, perhaps into a file.
  const paint = painter(terminal.colour && process.stdout.isTTY === true);
  const unicode = speaksUtf8(process.env);
  return (event) => terminal.out(renderEvent(event, { paint, unicode }));
}
