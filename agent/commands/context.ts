import type { AgentHost } from "../../core/agent-ports.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { Terminal } from "../../core/ports.ts";

/** What every `modemkeeper` command is given: the machine and the person. */
export interface AgentContext {
  readonly host: AgentHost;
  readonly terminal: Terminal;
  /** Absolute path: as given with `-i`, else the copy that `provision apply` installed. */
  readonly inventoryFile: string;
  /**
   * The inventory in force. Read when asked for: not every command needs one.
   * @throws ModemkeeperError precondition-missing if there is none, inventory-invalid if it has errors
   */
  inventory(): Promise<Inventory>;
  /** Aborted at the first Ctrl-C or TERM: what waits gives up, what was begun is ended. */
  readonly signal: AbortSignal;
  readonly verbose: boolean;
  /** For whom this is done, where that is not who runs it: the agent carries out what its API is asked. */
  readonly by?: string;
}

/** Returns the process's exit code. */
export type AgentCommand<Options> = (context: AgentContext, options: Options) => Promise<number>;
