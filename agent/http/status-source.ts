import type { AgentHost } from "../../core/agent-ports.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { UnitState } from "../../core/ports.ts";
import type { AgentContext } from "../commands/context.ts";
import { gatewayStatus } from "../commands/gateway-status.ts";
import { AGENT_UNIT } from "../paths.ts";
import type { AgentState } from "../state.ts";
import type { GatewayStatus } from "../status/types.ts";

/** However many ask, processes and bus are looked at no more often, milliseconds. */
const FRESH = 1_000;

/** What `modemkeeper status --json` prints, and `GET /monitor/status` answers. */
export type StatusDocument = GatewayStatus & { readonly format: "modemkeeper.status/1" };

export interface StatusMeans {
  readonly host: AgentHost;
  inventory(): Inventory;
  /** How the gateway stood at the last pass; undefined before the first. */
  state(): AgentState | undefined;
}

/** How the gateway stands, made inside the agent: smsd's processes, flag and bus live, the rest as of the last pass. */
export class StatusSource {
  readonly #means: StatusMeans;
  #known: { readonly at: number; readonly status: Promise<StatusDocument> } | undefined;

  constructor(means: StatusMeans) {
    this.#means = means;
  }

  /** Undefined before the first pass. @throws ModemkeeperError io if processes or bus cannot be read */
  async current(): Promise<StatusDocument | undefined> {
    const { host, state } = this.#means;
    const own = state();
    if (!own) return undefined;
    const now = host.monotonic.now();
    if (this.#known && now - this.#known.at < FRESH) return this.#known.status;
    const status = this.#look(own);
    this.#known = { at: now, status };
    // One that failed is not kept.
    status.catch(() => {
      this.#known = undefined;
    });
    return status;
  }

  async #look(own: AgentState): Promise<StatusDocument> {
    const status = await gatewayStatus(insideAgent(this.#means, own), own);
    return { format: "modemkeeper.status/1", ...status };
  }
}

/** A command's context for the agent itself: who asks lives, and of smsd's unit the last pass knows. No program is run. */
function insideAgent({ host, inventory }: StatusMeans, own: AgentState): AgentContext {
  const state = async (unit: string): Promise<UnitState> => ({
    ...LOADED,
    active: unit === AGENT_UNIT ? "active" : own.smsd.unit,
  });
  return {
    host: { ...host, services: { ...host.services, state } },
    terminal: SILENT,
    inventoryFile: "",
    inventory: async () => inventory(),
    signal: new AbortController().signal,
    verbose: false,
  };
}

const LOADED: Omit<UnitState, "active"> = {
  load: "loaded",
  starting: false,
  enabled: true,
  fragment: "",
  mainPid: 0,
  needsReload: false,
};

const SILENT: AgentContext["terminal"] = {
  out: () => {},
  err: () => {},
  colour: false,
  interactive: false,
  ask: async () => "",
  readInput: async () => "",
};
