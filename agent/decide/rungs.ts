import type { Rung } from "../../core/model/inventory.ts";
import type { AgentStep } from "../model/step.ts";
import { HOUR } from "./durations.ts";
import type { Turn } from "./modem-turn.ts";

const DAY_MS = 24 * HOUR;
/** Rungs for one modem within an hour: more is no cure but a storm. */
export const RUNG_BUDGET = 10;

/** Rungs that end in another life of the modem, which leaves the bus and comes back; the others only make its terminals anew. */
const RESTARTS: ReadonlySet<Rung> = new Set(["at-reset", "usb-power"]);
/** What may be done to a modem that never worked: nothing says that it can. Its own reset command does no harm; to reset what may not be a modem at all might. */
const FOR_NEVER_HEALTHY: ReadonlySet<Rung> = new Set(["restart-smsd", "at-reset"]);

export interface LadderTerms {
  /** A port is missing: nothing that talks to it can help. */
  readonly port: boolean;
  /** Another modem works with smsd, and is not to be interrupted. */
  readonly othersWork: boolean;
}

/** The rungs that may help, the one that helped last first. */
export function ladderFor({ facts, memory }: Turn, { port, othersWork }: LadderTerms): readonly Rung[] {
  const { modem, input, log, bound } = facts;
  const allowed = input.inventory.watchdog.rungs.filter((rung) => {
    // Nothing else reaches a device that the kernel does not use.
    if (bound?.unauthorized) return rung === "usb-authorize";
    if (!memory.everHealthy && !FOR_NEVER_HEALTHY.has(rung)) return false;
    if (rung === "restart-smsd") return !port && (!othersWork || log?.dead !== undefined);
    if (rung === "at-reset") return !port;
    if (rung === "usb-power") return modem.power !== undefined;
    // A reboot interrupts everything, and a clock without a battery may have been set back by it.
    if (rung === "host-reboot") return !rebootedLately(memory.rebootedAt, input.now.wall) && !othersWork;
    return true;
  });
  const first = memory.lastGoodRung;
  if (first === undefined || first === "host-reboot" || !allowed.includes(first)) return allowed;
  return [first, ...allowed.filter((rung) => rung !== first)];
}

export function restartsModem(rung: Rung): boolean {
  return RESTARTS.has(rung);
}

/** The step of a rung on the modem; undefined where there is nothing it could act on. `restart-smsd` is smsd's own. */
export function rungStep(rung: Rung, { facts }: Turn): AgentStep | undefined {
  const { bound, modem } = facts;
  if (!bound) return undefined;
  const device = bound.attached.sysName;
  switch (rung) {
    case "restart-smsd":
      return undefined;
    case "at-reset": {
      const ttys = [bound.at, bound.second].flatMap((tty) => tty ?? []);
      return ttys.length === 0 ? undefined : { do: "at-reset", modem: modem.name, ttys, command: modem.model.at.reset };
    }
    case "usb-reset":
    case "usb-authorize":
      return { do: rung, modem: modem.name, device };
    case "usb-power":
      return modem.power && { do: "usb-power", modem: modem.name, ...modem.power };
    case "host-reboot":
      return { do: "host-reboot", modem: modem.name };
  }
}

/** Monotonic time from which the budget allows a further rung; `now` or before where it does. */
export function budgetAt(rungs: readonly number[]): number {
  const sorted = [...rungs].sort((a, b) => b - a);
  const limiting = sorted[RUNG_BUDGET - 1];
  return limiting === undefined ? Number.NEGATIVE_INFINITY : limiting + HOUR;
}

/** Rungs of the last hour, for the memory. */
export function withRung(rungs: readonly number[], now: number): readonly number[] {
  return [...rungs.filter((time) => now - time < HOUR), now];
}

function rebootedLately(rebootedAt: number | undefined, wall: number): boolean {
  return rebootedAt !== undefined && wall < rebootedAt + DAY_MS;
}
