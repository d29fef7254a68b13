import type { AgentHost } from "../../../core/agent-ports.ts";
import { hasErrno, ModemkeeperError, messageOf } from "../../../core/errors.ts";
import { inert } from "../../views/inert.ts";
import type { Known, Unseen } from "../known.ts";

/**
 * Milliseconds for each look. They all go on at the same time, and a comparison makes all that provision would write: on a
 * small board that is busy this takes seconds.
 */
export const PATIENCE = 15_000;
const LATE = Symbol("late");
const MAX_WHY = 200;

/** Looks at one thing; whatever happens is an answer. `what` is half a sentence: `the kernel's messages`. */
export type See = <T>(what: string, read: () => Promise<T>) => Promise<Known<T>>;

export interface Look {
  readonly host: AgentHost;
  readonly see: See;
}

export function lookAt(host: AgentHost, patience: number = PATIENCE): Look {
  return { host, see: (what, read) => seeWithin(host, patience, what, read) };
}

async function seeWithin<T>(
  host: AgentHost,
  patience: number,
  what: string,
  read: () => Promise<T>,
): Promise<Known<T>> {
  const enough = new AbortController();
  const late = host.clock.sleep(patience, enough.signal).then(() => LATE);
  try {
    const value = await Promise.race([read(), late]);
    if (typeof value === "symbol") {
      return { unseen: { cause: "failed", why: `${what} did not come within ${patience / 1000} s` } };
    }
    return { value };
  } catch (error) {
    return { unseen: unseenFrom(error, what, host.uid) };
  } finally {
    enough.abort();
  }
}

function unseenFrom(error: unknown, what: string, uid: number): Unseen {
  const refused = isRefusal(error) || (error instanceof ModemkeeperError && isRefusal(error.cause));
  // Tools that refuse say so in many ways.
  const lacks = error instanceof ModemkeeperError && error.code === "precondition-missing";
  if (uid !== 0 && (refused || lacks)) return { cause: "not-root", why: `${what} cannot be seen without root` };
  const detail = inert(messageOf(error)).slice(0, MAX_WHY);
  return { cause: lacks ? "absent" : "failed", why: `${what}: ${detail}`, detail };
}

function isRefusal(error: unknown): boolean {
  return hasErrno(error, "EACCES") || hasErrno(error, "EPERM");
}
