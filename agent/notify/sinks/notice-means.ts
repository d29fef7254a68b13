import type { AgentHost } from "../../../core/agent-ports.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import type { DeliveryPorts } from "../../delivery/ports.ts";

/** What clients of notices ask for beyond what messages need. */
export interface NoticeMeans {
  readonly host: Pick<AgentHost, "clock" | "monotonic" | "files" | "smsd">;
  readonly ports: DeliveryPorts;
  readonly smsd: Inventory["smsd"];
  /** Whether a modem, or any, can send now. */
  modemWorks(name: string | undefined): boolean;
}
