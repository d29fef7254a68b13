import type { LogPosition } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Inventory, Modem } from "../../core/model/inventory.ts";
import { UNIT } from "../../provision/desired/paths.ts";
import { startSmsd, stopSmsd } from "../act/smsd.ts";
import { whileSuspended } from "../at/borrow.ts";
import { say } from "./acting.ts";
import type { AgentContext } from "./context.ts";
import { smsdTools } from "./smsd-tools.ts";

/** What came of the work, and from where on smsd's log tells of the time after; without a position smsd was down all along. */
export interface Isolated<T> {
  readonly result: T;
  readonly resumedAt?: LogPosition;
}

/** A modem that hangs does not let smsd finish anything. */
const GRACE_MS = 20_000;

/**
 * Does `work` with smsd out of the way of one modem. The only modem: smsd is stopped. One of several: smsd leaves it alone and
 * the others go on, unless smsd does not let go of it. smsd that is down stays down.
 */
export async function whileIsolated<T>(
  context: AgentContext,
  inventory: Inventory,
  modem: Modem,
  work: () => Promise<T>,
): Promise<Isolated<T>> {
  const { host, signal } = context;
  const running = (await host.smsd.processes()).some(({ unit }) => unit === UNIT);
  if (!running) return { result: await work() };
  if (inventory.modems.length === 1) return whileStopped(context, inventory, work);
  let begun = false;
  const borrowing = { host, inventory, modem: modem.name, reason: "reset by hand", signal };
  const borrowed = async (): Promise<Isolated<T>> => {
    begun = true;
    say(context, `smsd leaves ${modem.name} alone, the other modems go on`);
    return { result: await work(), resumedAt: await endOfLog(context, inventory) };
  };
  say(context, `smsd is asked to leave ${modem.name} alone`);
  try {
    return await whileSuspended(borrowing, borrowed);
  } catch (error) {
    if (begun || signal.aborted) throw error;
    say(context, `${messageOf(error)}, so all of smsd is stopped`);
    return whileStopped(context, inventory, work);
  }
}

async function whileStopped<T>(
  context: AgentContext,
  inventory: Inventory,
  work: () => Promise<T>,
): Promise<Isolated<T>> {
  const tools = smsdTools(context, inventory);
  say(context, (await stopSmsd(tools, GRACE_MS)).sentence);
  try {
    const result = await work();
    const resumedAt = await endOfLog(context, inventory);
    return { result, resumedAt };
  } finally {
    // Also after Ctrl-C: smsd must not stay down because somebody lost patience.
    say(context, (await startSmsd({ ...tools, signal: new AbortController().signal })).sentence);
  }
}

async function endOfLog({ host }: AgentContext, { smsd }: Inventory): Promise<LogPosition> {
  return (await host.logs.readFrom(smsd.logfile, undefined, 0)).position;
}
