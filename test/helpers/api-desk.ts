import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Api } from "../../agent/api.ts";
import { lookOnce } from "../../agent/commands/look-once.ts";
import { agentLog } from "../../agent/log.ts";
import type { AgentState } from "../../agent/state.ts";
import type { AgentHost } from "../../core/agent-ports.ts";
import type { HttpListening } from "../../core/http-ports.ts";
import type { HttpSection, Inventory } from "../../core/model/inventory.ts";
import { realClock } from "../../host/clock.ts";
import { realHttpServers } from "../../host/http-server.ts";
import { realMonotonicClock } from "../../host/monotonic.ts";
import { appliedGateway, type Given } from "../unit/agent/observe/agent-machine.ts";

export const TOKEN = "correct-horse-battery-staple-0123456789";
export const TOKEN_REF = { from: "file", path: "/etc/modemkeeper/secrets/http.token" } as const;

/** A gateway in memory, and its API. */
export interface ApiDesk extends Given {
  readonly api: Api;
  /** What the log of the agent said. */
  readonly said: string[];
  /** How the gateway stood at the last pass; undefined: there was none. */
  state: AgentState | undefined;
  /** Another section `http` of the inventory, as of the next pass. */
  configure(http: Partial<HttpSection>): Inventory;
}

const OPEN: Partial<HttpSection> = { token: TOKEN_REF };

/** The API on servers in memory, on the machine's clocks, which only the test moves. */
export async function memoryApi(http: Partial<HttpSection> = OPEN): Promise<ApiDesk> {
  const given = await appliedGateway();
  given.machine.time.jumps = false;
  return desk(given, given.host, http);
}

export interface RealApi extends ApiDesk {
  /** `127.0.0.1:PORT`. */
  address(): string;
  readonly socket: string;
}

/** The API behind the real server, on the real clock, on a free port and a socket of its own; the gateway is in memory. */
export async function realApi(http: Partial<HttpSection> = OPEN): Promise<RealApi> {
  const given = await appliedGateway();
  const folder = await mkdtemp(join(tmpdir(), "modemkeeper-api-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, "api.sock");
  const open = new Map<string, HttpListening>();
  const host: AgentHost = {
    ...given.host,
    clock: realClock,
    monotonic: realMonotonicClock("/proc"),
    http: {
      ...realHttpServers,
      listen: async (place, handler, limits) => {
        const here = "socket" in place ? { ...place, socket } : { ...place, port: 0 };
        const listening = await realHttpServers.listen(here, handler, limits);
        open.set("socket" in place ? "socket" : "address", listening);
        return listening;
      },
    },
  };
  const made = await desk(given, host, http);
  return Object.assign(made, { socket, address: () => open.get("address")?.address ?? "" });
}

async function desk(given: Given, host: AgentHost, section: Partial<HttpSection>): Promise<ApiDesk> {
  const { machine } = given;
  machine.secrets.set(`file ${TOKEN_REF.path}`, TOKEN);
  const said: string[] = [];
  const inventory = (http: Partial<HttpSection>): Inventory => {
    return { ...given.inventory, http: { ...given.inventory.http, ...http } };
  };
  const state = await lookOnce(contextOf(given, host), given.inventory);
  const api = new Api(
    {
      host,
      log: agentLog((line) => said.push(line)),
      state: () => made.state,
      metrics: () => "smsgw_up 1\n",
      signals: () => ({ SIM7600: [{ at: "2030-01-01T00:00:00.000Z", dbm: -73 }] }),
      news: () => {},
    },
    inventory(section),
  );
  const made: ApiDesk = {
    ...given,
    host,
    api,
    said,
    state,
    configure: (http) => {
      const changed = inventory({ ...section, ...http });
      api.configure(changed);
      return changed;
    },
  };
  onTestFinished(() => api.stop());
  await api.start();
  await api.settled();
  return made;
}

function contextOf({ inventory }: Given, host: AgentHost) {
  const silent = { out: () => {}, err: () => {}, ask: async () => "", readInput: async () => "" };
  return {
    host,
    terminal: { ...silent, colour: false, interactive: false },
    inventoryFile: "/etc/modemkeeper/inventory.yaml",
    inventory: async () => inventory,
    signal: new AbortController().signal,
    verbose: false,
  };
}
