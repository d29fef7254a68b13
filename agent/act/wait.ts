import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";

export type WaitingHost = Pick<AgentHost, "clock" | "monotonic">;

/** Between two looks, milliseconds. */
const POLL = 100;

/**
 * Looks again and again until `look` finds something; undefined if it has not within `limit` milliseconds.
 * @throws ModemkeeperError interrupted when `signal` aborts
 */
export async function waitFor<T>(
  host: WaitingHost,
  limit: number,
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = host.monotonic.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const left = end - host.monotonic.now();
    if (left <= 0) return undefined;
    if (signal.aborted) throw new ModemkeeperError("interrupted", "interrupted while waiting");
    await host.clock.sleep(Math.min(POLL, left), signal);
  }
}
