import { timeText } from "../../core/manual-stop.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { AGENT_UNIT, UNIT } from "../../provision/desired/paths.ts";
import { observeFlag } from "../observe/flag.ts";
import type { AgentState } from "../state.ts";
import { gatherStatus } from "../status/gather.ts";
import type { GatewayStatus } from "../status/types.ts";
import type { AgentContext } from "./context.ts";
import { readState } from "./read-state.ts";

/**
 * How the gateway stands now. `own`: what the caller, being the agent, saw at its last pass; without it the agent's state
 * file is read, and where there is none, or an old one, everything is looked at once by the agent's own rules.
 * @throws ModemkeeperError as reading the inventory does
 */
export async function gatewayStatus(context: AgentContext, own?: AgentState): Promise<GatewayStatus> {
  const { host } = context;
  const now = host.clock.now().getTime();
  const [inventory, smsd, agentUnit, told, attached] = await Promise.all([
    context.inventory(),
    smsdStatus(context),
    host.services.state(AGENT_UNIT),
    own ?? readState(host, now),
    host.usb.attached(),
  ]);
  const flag = await observeFlag(host, inventory.manualStop.flag);
  // What only time shows, one look cannot know.
  const state = told ?? (await lookByItself(context, inventory));
  return gatherStatus({
    now,
    inventory,
    smsd,
    agentUnit: agentUnit.active,
    attached,
    agentRuns: told !== undefined,
    ...(flag ? { flag } : {}),
    ...(state ? { state } : {}),
  });
}

/** Loaded only where it is needed: the rules and provision's engine cost half the time of a quick command. */
async function lookByItself(context: AgentContext, inventory: Inventory): Promise<AgentState | undefined> {
  const { lookOnce } = await import("./look-once.ts");
  return lookOnce(context, inventory);
}

async function smsdStatus({ host }: AgentContext): Promise<GatewayStatus["smsd"]> {
  const [processes, { active }] = await Promise.all([host.smsd.processes(), host.services.state(UNIT)]);
  const own = processes.filter(({ unit }) => unit === UNIT);
  const since = Math.min(...own.map(({ startedAt }) => startedAt));
  return {
    running: own.length > 0,
    unit: active,
    pids: own.map(({ pid }) => pid),
    strays: processes.filter(({ unit }) => unit !== UNIT).map(({ pid }) => pid),
    ...(Number.isFinite(since) ? { since: timeText(since) } : {}),
  };
}
