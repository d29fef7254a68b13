import { messageOf } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { decide } from "../decide/decide.ts";
import { engineHere } from "../engine/engine-here.ts";
import { MemoryStore } from "../memory-store.ts";
import { Observer } from "../observe/observer.ts";
import { type AgentState, stateOf } from "../state.ts";
import { say } from "./acting.ts";
import type { AgentContext } from "./context.ts";

/** What the agent would see if it ran: one look, judged by its own rules, and nothing done. Undefined if it cannot be had. */
export async function lookOnce(context: AgentContext, inventory: Inventory): Promise<AgentState | undefined> {
  const { host } = context;
  const { monotonic } = host;
  try {
    const seen = await new Observer(host, engineHere(host)).observe(inventory, { running: [], outcomes: [] });
    const now = { wall: host.clock.now().getTime(), monotonic: monotonic.now(), bootId: monotonic.bootId };
    // What the agent remembered before it ended; nothing, where it is not ours to read.
    const { memory } = await new MemoryStore(host).load();
    const decision = decide({ inventory, seen, memory, now });
    return stateOf(inventory, seen, decision, now, { pid: 0, version: host.program.version });
  } catch (error) {
    say(context, `not everything could be seen: ${messageOf(error)}`);
    return undefined;
  }
}
