import { timeText } from "../../core/manual-stop.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { AGENT_UNIT, UNIT } from "../../provision/desired/paths.ts";
import type { Level } from "../model/finding.ts";
import { observeFlag } from "../observe/flag.ts";
import type { AgentState, ModemState } from "../state.ts";
import { gatherStatus } from "../status/gather.ts";
import type { AgentContext } from "./context.ts";
import { readState } from "./read-state.ts";

/** How the gateway stands: processes, flag and bus as they are this moment, the rest as the agent last saw it. */
export interface GatewayStatus {
  readonly at: string;
  readonly verdict: {
    readonly level: Level | "ok";
    /** Of the finding that it stands for; absent where all is well. */
    readonly code?: string;
    /** What is wrong. */
    readonly sentence: string;
    /** ISO 8601, UTC: since when it is so; absent where nothing is wrong, or nobody knows. */
    readonly since?: string;
    /** What is being done about it, and by whom. */
    readonly doing?: string;
  };
  readonly agent: {
    readonly running: boolean;
    /** ActiveState of modemkeeper.service. */
    readonly unit: string;
    readonly pid?: number;
    readonly version?: string;
    /** ISO 8601, UTC: when what follows was seen. */
    readonly looked?: string;
  };
  readonly smsd: {
    readonly running: boolean;
    /** ActiveState of smstools.service. */
    readonly unit: string;
    readonly pids: readonly number[];
    readonly strays: readonly number[];
    readonly since?: string;
  };
  readonly flag?: {
    readonly path: string;
    readonly owner: string;
    readonly written: string;
    readonly inForce: boolean;
    readonly sentence: string;
    /** ISO 8601, UTC: when it ends by itself; absent where it never does. */
    readonly until?: string;
    /** Who says to have stopped smsd; the owner of the flag is mostly root. */
    readonly by?: string;
    readonly reason?: string;
  };
  readonly queues?: AgentState["queues"];
  readonly deliveries?: AgentState["deliveries"];
  /** ISO 8601, UTC: last message that smsd took from any modem, and gave to any. */
  readonly lastReceived?: string;
  readonly lastSent?: string;
  readonly modems: readonly ModemStatus[];
  readonly findings: AgentState["findings"];
  readonly configuration?: AgentState["configuration"];
  readonly disk?: AgentState["disk"];
}

export interface ModemStatus extends ModemState {
  /** USB port path. */
  readonly port?: string;
  /** Terminal by role, of those that are there. */
  readonly ports?: Readonly<Record<string, string>>;
  /** What its model is called. */
  readonly title?: string;
  /** Name of the set of interfaces that it shows. */
  readonly composition?: string;
  /** Why, by field, for everything that is not known: each completes "unknown: ". */
  readonly unknown?: Readonly<Record<string, string>>;
}

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
