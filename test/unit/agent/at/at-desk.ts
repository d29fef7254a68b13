import type { AgentContext } from "../../../../agent/commands/context.ts";
import type { Inventory } from "../../../../core/model/inventory.ts";
import type { MemoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

/** A person at the machine: what a command is given, and what it said. */
export function desk(machine: MemoryAgentMachine, inventory: Inventory) {
  const said = { out: "", err: "" };
  const interruption = new AbortController();
  const context: AgentContext = {
    host: machine.agentHost(),
    terminal: {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      colour: false,
      interactive: false,
      ask: async () => "",
      readInput: async () => "",
    },
    inventoryFile: "/etc/modemkeeper/inventory.yaml",
    inventory: async () => inventory,
    signal: interruption.signal,
    verbose: false,
  };
  return { context, said, interrupt: () => interruption.abort() };
}
