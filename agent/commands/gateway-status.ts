import { judgeStopFlag, timeText } from "../../core/manual-stop.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { AGENT_UNIT, UNIT } from "../../provision/desired/paths.ts";
import { bindModems } from "../../provision/plan/bind-modems.ts";
import { portsOf } from "../at/ports.ts";
import type { Level } from "../model/finding.ts";
import { observeFlag } from "../observe/flag.ts";
import type { AgentState, ModemState } from "../state.ts";
import type { AgentContext } from "./context.ts";
import { readState } from "./read-state.ts";

/** How the gateway stands: processes, flag and bus as they are this moment, the rest as the agent last saw it. */
export interface GatewayStatus {
  readonly at: string;
  readonly verdict: { readonly level: Level | "ok"; readonly sentence: string };
  readonly agent: {
    readonly running: boolean;
    /** ActiveState of modemkeeper.service. */
    readonly unit: string;
    readonly pid?: number;
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
    readonly reason?: string;
  };
  readonly queues?: AgentState["queues"];
  readonly deliveries?: AgentState["deliveries"];
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
}

/**
 * `own`: what the agent that asks itself has seen; others read it from its state file.
 * @throws ModemkeeperError as reading the inventory does
 */
export async function gatewayStatus(context: AgentContext, own?: AgentState): Promise<GatewayStatus> {
  const { host } = context;
  const inventory = await context.inventory();
  const now = host.clock.now().getTime();
  const [smsd, agentUnit, told, flag] = await Promise.all([
    smsdStatus(context),
    host.services.state(AGENT_UNIT),
    own ?? readState(host, now),
    flagStatus(context, inventory, now),
  ]);
  // Without an agent the same rules are asked once; what only time shows, they cannot know.
  const state = told ?? (await lookByItself(context, inventory));
  const agent = {
    running: told !== undefined,
    unit: agentUnit.active,
    ...(told ? { pid: told.pid } : {}),
    ...(state ? { looked: state.at } : {}),
  };
  return {
    at: new Date(now).toISOString(),
    verdict: verdictOf({ agent, smsd, flag, state }),
    agent,
    smsd,
    ...(flag ? { flag } : {}),
    ...(state ? { queues: state.queues, deliveries: state.deliveries } : {}),
    modems: await modemStatus(context, inventory, state),
    findings: state?.findings ?? [],
    ...(state?.configuration ? { configuration: state.configuration } : {}),
    ...(state?.disk ? { disk: state.disk } : {}),
  };
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

async function flagStatus(
  { host }: AgentContext,
  { manualStop }: Inventory,
  now: number,
): Promise<GatewayStatus["flag"]> {
  const flag = await observeFlag(host, manualStop.flag);
  if (!flag) return undefined;
  const { inForce, sentence } = judgeStopFlag(flag, manualStop, now);
  return { path: manualStop.flag, owner: flag.owner, written: timeText(flag.modifiedAt), inForce, sentence };
}

async function modemStatus(
  { host }: AgentContext,
  { modems }: Inventory,
  state: AgentState | undefined,
): Promise<readonly ModemStatus[]> {
  const { bound } = bindModems(modems, await host.usb.attached());
  return modems.map(({ name, model }) => {
    const binding = bound.find(({ modem }) => modem.name === name);
    const seen = state?.modems.find((one) => one.name === name);
    const base = { name, model: model.name, ...seen, present: binding !== undefined };
    if (!binding) return base;
    const ports = portsOf(binding).flatMap(({ role, tty }) => (tty === undefined ? [] : [[role, tty] as const]));
    return { ...base, device: binding.attached.sysName, port: binding.attached.port, ports: Object.fromEntries(ports) };
  });
}

interface Facts extends Pick<GatewayStatus, "agent" | "smsd"> {
  readonly flag: GatewayStatus["flag"];
  readonly state: AgentState | undefined;
}

/** What is worst comes first. Never "active" alone: a unit may be active without an smsd. */
function verdictOf({ agent, smsd, flag, state }: Facts): GatewayStatus["verdict"] {
  const critical = state?.verdict.level === "critical";
  if (!smsd.running && flag?.inForce) {
    return { level: critical ? "critical" : "warning", sentence: `smsd does not run: ${flag.sentence}` };
  }
  if (!smsd.running) {
    const unit = smsd.unit === "active" ? `, although ${UNIT} is active` : ` (${UNIT} is ${smsd.unit})`;
    return { level: "critical", sentence: `smsd does not run${unit}` };
  }
  if (state && critical) return state.verdict;
  if (!agent.running) {
    return { level: "warning", sentence: "smsd runs, but the agent does not: nobody heals a modem that hangs" };
  }
  return state?.verdict ?? { level: "warning", sentence: "smsd runs; more could not be seen" };
}
