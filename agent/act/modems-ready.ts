import type { AgentHost } from "../../core/agent-ports.ts";
import { parseLog } from "../../core/smsd-log.ts";
import { type ModemProgress, modemProgress, sinceLastStart } from "../../core/smsd-progress.ts";
import { waitFor } from "./wait.ts";

const LOG_BYTES = 65_536;

/**
 * How smsd stands with these modems since it last started; waits until each is initialised or has failed, `limit`
 * milliseconds at most.
 * @throws ModemkeeperError interrupted when `signal` aborts
 */
export async function modemsReady(
  host: Pick<AgentHost, "smsd" | "clock" | "monotonic">,
  logfile: string,
  modems: readonly string[],
  options: { readonly limit: number; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, ModemProgress>> {
  const look = async () => {
    const lines = sinceLastStart(parseLog(await host.smsd.logTail(logfile, LOG_BYTES)));
    return new Map(modems.map((modem) => [modem, modemProgress(lines, modem)]));
  };
  const settled = await waitFor(host, options.limit, options.signal, async () => {
    const found = await look();
    return [...found.values()].some(({ state }) => state === "waiting") ? undefined : found;
  });
  return settled ?? look();
}
