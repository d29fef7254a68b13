import { engineHere } from "../../agent/engine/engine-here.ts";
import { agentCommand } from "../../agent/resident.ts";
import type { AgentHost } from "../../core/agent-ports.ts";
import type { HttpServers } from "../../core/http-ports.ts";
import { realHttpServers } from "../../host/http-server.ts";
import { appliedGateway, UNIT } from "../unit/agent/observe/agent-machine.ts";
import { TOKEN, TOKEN_REF } from "./api-desk.ts";

const INVENTORY = `version: 1
modems:
  - name: SIM7600
    model: SIM7600
http:
  listen: "0.0.0.0:8070"
  token: { file: ${TOKEN_REF.path} }
`;

export interface AgentOnHttp {
  /** `127.0.0.1:PORT`; whoever asks there needs the token, as from another machine. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A whole agent on a machine in memory that has looked once, and listens on a free port of this machine. */
export async function agentOnHttp(): Promise<AgentOnHttp> {
  const { machine, host, inventory } = await appliedGateway(INVENTORY);
  machine.time.jumps = false;
  machine.services.isRunning = true;
  machine.given(`/sys/fs/cgroup/system.slice/${UNIT}`, "");
  machine.secrets.set(`file ${TOKEN_REF.path}`, TOKEN);
  let heard = (_address: string) => {};
  const address = new Promise<string>((done) => {
    heard = done;
  });
  const listen: HttpServers["listen"] = async (place, handler, limits) => {
    if ("socket" in place) return host.http.listen(place, handler, limits);
    const listening = await realHttpServers.listen({ ...place, host: "127.0.0.1", port: 0 }, handler, limits);
    heard(listening.address);
    return listening;
  };
  const served: AgentHost = { ...host, http: { ...host.http, listen } };
  const end = new AbortController();
  const silent = { out: () => {}, err: () => {}, ask: async () => "", readInput: async () => "" };
  const ended = agentCommand(
    {
      host: served,
      terminal: { ...silent, colour: false, interactive: false },
      inventoryFile: "/etc/modemkeeper/inventory.yaml",
      inventory: async () => inventory,
      signal: end.signal,
      verbose: false,
    },
    { engine: engineHere(served) },
  );
  for (let second = 0; second < 3; second += 1) {
    await machine.time.advance(1_000);
    // Real work (templates, the catalogue) may be under way: it takes real time, not the machine's.
    await new Promise((done) => setTimeout(done, 5));
  }
  const stop = async () => {
    end.abort();
    machine.time.jumps = true;
    await ended;
  };
  return { address: await address, stop };
}
