import type { Inventory } from "../../core/model/inventory.ts";
import type { SmsdTools } from "../act/smsd.ts";
import type { AgentContext } from "./context.ts";

/** smsd finishes the command in hand: reading a list of messages takes up to 60 s. Then it is killed. */
export const GRACE_MS = 60_000;
export const STOPPING = `smsd is asked to stop; it may take up to ${GRACE_MS / 1000} s to finish a message`;

/** With what the agent's own executors start and stop smsd. */
export function smsdTools({ host, signal }: AgentContext, inventory: Inventory): SmsdTools {
  return { host, inventory, signal };
}
