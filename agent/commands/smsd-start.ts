import { EXIT } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { UNIT } from "../../provision/desired/paths.ts";
import { adoptSmsd, restartSmsd, type SmsdDone, startSmsd } from "../act/smsd.ts";
import { acting, caller, note, say } from "./acting.ts";
import type { AgentCommand, AgentContext } from "./context.ts";
import { sayHowModemsAre } from "./modems-after-start.ts";
import { GRACE_MS, STOPPING, smsdTools } from "./smsd-tools.ts";
import { removeFlag } from "./stop-flag.ts";

type NoOptions = Readonly<Record<string, never>>;

/** `modemkeeper smsd start`: clears the flag, starts smsd and waits until it has initialised its modems. */
export const smsdStartCommand: AgentCommand<NoOptions> = (context) =>
  bringUp(context, "started", async (inventory) => {
    const { host } = context;
    const strays = (await host.smsd.processes()).filter(({ unit }) => unit !== UNIT).map(({ pid }) => pid);
    const tools = smsdTools(context, inventory);
    return strays.length === 0 ? startSmsd(tools) : adoptSmsd(tools, strays);
  });

/** `modemkeeper smsd restart`: clears the flag, stops smsd as `stop` does, starts it as `start` does. */
export const smsdRestartCommand: AgentCommand<NoOptions> = (context) =>
  bringUp(context, "restarted", async (inventory) => {
    say(context, STOPPING);
    return restartSmsd(smsdTools(context, inventory), GRACE_MS);
  });

async function bringUp(
  context: AgentContext,
  what: "started" | "restarted",
  work: (inventory: Inventory) => Promise<SmsdDone>,
): Promise<number> {
  const inventory = await context.inventory();
  return acting(context, async () => {
    const { host, terminal } = context;
    const cleared = await removeFlag(host, inventory.manualStop.flag);
    if (cleared) terminal.out(`${capital(cleared)}.\n`);
    const done = await work(inventory);
    terminal.out(`${capital(done.sentence)}.\n`);
    if (done.changed) await note(host, "smsd", `${what}-by-hand`, `${caller(context)} ${what} smsd`);
    return (await sayHowModemsAre(context, inventory)) ? EXIT.ok : EXIT.failed;
  });
}

function capital(sentence: string): string {
  return sentence.startsWith("smsd") ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
