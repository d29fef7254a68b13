import type { AgentHost } from "../../core/agent-ports.ts";
import type { HttpServers } from "../../core/http-ports.ts";
import { realHttpServers } from "../../host/http-server.ts";
import { TOKEN, TOKEN_REF } from "./api-desk.ts";
import { ResidentAgent } from "./resident-agent.ts";

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
  const agent = await ResidentAgent.onGateway(INVENTORY);
  const { machine, host } = agent.given;
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
  agent.start(served);
  await agent.pass(3);
  return { address: await address, stop: async () => void (await agent.stop()) };
}
