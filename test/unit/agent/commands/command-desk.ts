import type { AgentCommand, AgentContext } from "../../../../agent/commands/context.ts";
import { exitCodeOf } from "../../../../core/errors.ts";
import { INVENTORY_COPY, SUSPEND } from "../../../../provision/desired/paths.ts";
import type { Given } from "../observe/agent-machine.ts";

export const FLAG = "/tmp/smsd_manual_stop";
export const UNIT = "smstools.service";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly error: unknown;
}

export interface How {
  readonly signal?: AbortSignal;
  /** What the person answers; without it there is no terminal to ask on. */
  readonly answer?: string;
  readonly verbose?: boolean;
  /** What is on standard input. */
  readonly input?: string;
}

/** Runs one command as a process of its own on the machine, as `main.ts` would. */
export async function runAgent<O>(given: Given, command: AgentCommand<O>, options: O, how: How = {}): Promise<Ran> {
  const said = { out: "", err: "" };
  const context: AgentContext = {
    host: given.machine.agentHost(),
    terminal: {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      colour: false,
      interactive: how.answer !== undefined,
      ask: async () => how.answer ?? "",
      readInput: async () => how.input ?? "",
    },
    inventoryFile: INVENTORY_COPY,
    inventory: async () => given.inventory,
    signal: how.signal ?? new AbortController().signal,
    verbose: how.verbose === true,
  };
  try {
    return { code: await command(context, options), ...said, error: undefined };
  } catch (error) {
    return { code: exitCodeOf(error), ...said, error };
  }
}

/** What is in a file of the machine; undefined if there is none. */
export function textAt({ machine }: Given, path: string): string | undefined {
  const entry = machine.files.entries.get(path);
  return entry?.kind === "file" ? entry.content : undefined;
}

/** smsd's folder under /run, which its unit makes; without it nothing can be suspended. */
export function giveRunFolder({ machine }: Given): void {
  const attributes = { mode: 0o755, owner: "smsd", group: "dialout", modifiedAt: machine.now.getTime() };
  machine.files.put(SUSPEND.slice(0, SUSPEND.lastIndexOf("/")), { ...attributes, kind: "directory" });
}
