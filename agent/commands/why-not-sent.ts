import type { ModemStatus } from "../status/types.ts";
import type { AgentContext } from "./context.ts";
import { gatewayStatus } from "./gateway-status.ts";

/** Why smsd's queue does not move, as far as it can be seen: one sentence without its full stop. */
export async function whyNothingIsSent(context: AgentContext): Promise<string> {
  const { smsd, verdict, modems, agent } = await gatewayStatus(context);
  if (!smsd.running && smsd.strays.length === 0) return verdict.sentence;
  const idle = modems.flatMap((modem) => whyIdle(modem) ?? []);
  if (modems.length > 0 && idle.length === modems.length) return idle.join("; ");
  if (agent.running && verdict.level !== "ok" && verdict.level !== "info") return verdict.sentence;
  return "smsd runs and a modem is there: it may be busy with other messages, or slow";
}

/** Why no message can leave by this modem now; undefined where nothing speaks against it. */
function whyIdle({ name, present, suspended, recovery, sim, registration }: ModemStatus): string | undefined {
  if (!present) return `${name} is not plugged in`;
  if (recovery) return `${name} is being recovered: ${recovery.cause}`;
  if (suspended !== undefined) return `smsd leaves ${name} alone: ${suspended}`;
  if (sim !== undefined && sim !== "READY") return `the SIM of ${name} is not ready (${sim})`;
  if (registration !== undefined && !REGISTERED.has(registration)) return `${name} is not registered in a network`;
  return undefined;
}

/** +CREG and +CEREG (27.007): home, roaming, and both for SMS only. */
const REGISTERED: ReadonlySet<number> = new Set([1, 5, 6, 7]);
