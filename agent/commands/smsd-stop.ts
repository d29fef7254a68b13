import { EXIT } from "../../core/errors.ts";
import { UNIT } from "../../provision/desired/paths.ts";
import { stopSmsd } from "../act/smsd.ts";
import { acting, caller, note, say } from "./acting.ts";
import type { AgentCommand, AgentContext } from "./context.ts";
import { GRACE_MS, STOPPING, smsdTools } from "./smsd-tools.ts";
import { stopDuration, stopReason, writeFlag } from "./stop-flag.ts";

export interface SmsdStopOptions {
  /** How long smsd shall stay down. */
  readonly for?: string;
  readonly reason?: string;
}

/** `modemkeeper smsd stop`: the flag first, so that nobody starts smsd again meanwhile, then smsd itself. */
export const smsdStopCommand: AgentCommand<SmsdStopOptions> = async (context, options) => {
  const inventory = await context.inventory();
  const reason = stopReason(options.reason);
  const seconds = options.for === undefined ? undefined : stopDuration(options.for, inventory.manualStop);
  return acting(context, async () => {
    const { host, terminal } = context;
    const user = caller(context);
    const flag = { now: host.clock.now().getTime(), user, reason, ...(seconds === undefined ? {} : { seconds }) };
    const until = await writeFlag(host, inventory.manualStop, flag);
    say(context, STOPPING);
    const { sentence } = await stopSmsd(smsdTools(context, inventory), GRACE_MS);
    const strays = await endStrays(context);
    terminal.out(`${sentence}${strays}.\n`);
    terminal.out(`It stays down until ${until} (${inventory.manualStop.flag}), then it is started again.\n`);
    terminal.out("To start it before that: modemkeeper smsd start\n");
    await note(host, "smsd", "stopped-by-hand", stoppedSentence(user, until, reason));
    return EXIT.ok;
  });
};

function stoppedSentence(user: string, until: string, reason: string): string {
  return `${user} stopped smsd until ${until}${reason === "" ? "" : `: ${reason}`}`;
}

/** A person who stops smsd wants none: one that somebody started by hand would go on sending. */
async function endStrays({ host }: AgentContext): Promise<string> {
  const strays = (await host.smsd.processes()).filter(({ unit }) => unit !== UNIT).map(({ pid }) => pid);
  if (strays.length === 0) return "";
  await host.smsd.stopStrays(strays);
  return `; smsd outside the service (pid ${strays.join(", ")}) was ended, too`;
}
