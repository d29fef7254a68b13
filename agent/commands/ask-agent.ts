import { INVENTORY_COPY } from "../../provision/desired/paths.ts";
import type { StatusDocument } from "../http/status-source.ts";
import { API_SOCKET } from "../paths.ts";
import type { AgentContext } from "./context.ts";

/** An agent that works answers in a few milliseconds; one that hangs is told of by looking ourselves. */
const PATIENCE_MS = 1_000;

/**
 * How the gateway stands as the running agent itself says it: live, and without reading the inventory. Undefined where there
 * is none to ask, it does not answer soon, we may not ask it, or somebody asks about another inventory than its own.
 */
export async function askAgent({ host, inventoryFile }: AgentContext): Promise<StatusDocument | undefined> {
  if (inventoryFile !== INVENTORY_COPY) return undefined;
  const answer = await host.http.ask(API_SOCKET, "/monitor/status", PATIENCE_MS);
  return answer?.status === 200 ? parse(answer.body) : undefined;
}

/** Only root can listen there: what comes is ours, of this version or of one that was installed meanwhile. */
function parse(text: string): StatusDocument | undefined {
  try {
    const status = JSON.parse(text) as StatusDocument;
    return status.format === "modemkeeper.status/1" ? status : undefined;
  } catch {
    return undefined;
  }
}
