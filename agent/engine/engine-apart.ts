import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { EngineAnswer } from "./answer.ts";
import type { Comparison, Engine, ReadInventory } from "./engine.ts";

/**
 * The engine in a process of its own, which ends after each answer. YAML, schema, templates and diffs take 20 MB (measured),
 * half as much as an idle Node; the agent needs them when an inventory was edited, and hardly ever else.
 */
export function engineApart(host: Pick<AgentHost, "programs">, signal: AbortSignal): Engine {
  const ask = async <T>(args: readonly string[], tell: (sentence: string) => void = () => {}): Promise<T> => {
    const said = await host.programs.runOwn(["engine", ...args], tell, signal);
    const answer = JSON.parse(said) as EngineAnswer<T>;
    if ("error" in answer) {
      const { code, message, ...detail } = answer.error;
      throw new ModemkeeperError(code, message, detail);
    }
    return answer.value;
  };
  return {
    inventory: (file) => ask<ReadInventory>(["inventory", file]),
    compare: () => ask<Comparison>(["compare"]),
    apply: (cause, tell) => ask<string>(["apply", cause], tell),
  };
}
