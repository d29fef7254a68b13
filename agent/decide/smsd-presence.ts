import type { SmsdMemory } from "../model/memory.ts";
import type { Moment, SmsdObservation, SmsdProcess } from "../model/observation.ts";
import { SECOND } from "./durations.ts";

/** Whether smsd runs, and since when. */
export interface Presence {
  readonly running: boolean;
  readonly up?: NonNullable<SmsdMemory["up"]>;
  readonly downSince?: number;
  readonly straysSince?: number;
  /** What the unit's main process left behind when it ended: nothing comes in or goes out, and systemd waits for it. */
  readonly remnants?: { readonly since: number; readonly modem: boolean };
}

/** Starts of processes are known to a second (the kernel's boot time has no more), and smsd's processes start within one of each other. */
const START_SLACK = 2 * SECOND;

/** smsd is down if it has no process at all, in the unit or outside; what the unit's state says is no evidence. */
export function presenceOf(memory: SmsdMemory, seen: SmsdObservation, now: Moment): Presence {
  const eldest = eldestOf([...seen.processes, ...seen.strays]);
  if (!eldest) return { running: false, downSince: memory.downSince ?? now.monotonic };
  const strays = seen.strays.length > 0 ? { straysSince: memory.straysSince ?? now.monotonic } : {};
  return { running: true, up: upOf(memory.up, eldest, now), ...strays, ...remnantsOf(memory, seen, now) };
}

/** A process whose role is not known may be the main one. */
function remnantsOf(memory: SmsdMemory, { processes }: SmsdObservation, now: Moment): Pick<Presence, "remnants"> {
  const headless = processes.length > 0 && processes.every(({ role }) => role === "notifier" || role === "modem");
  if (!headless) return {};
  const modem = processes.some(({ role }) => role === "modem");
  return { remnants: { since: memory.remnantsSince ?? now.monotonic, modem } };
}

function upOf(known: SmsdMemory["up"], eldest: SmsdProcess, now: Moment): NonNullable<SmsdMemory["up"]> {
  const identity = `${eldest.pid} ${eldest.startedAt}`;
  if (known?.identity === identity) return known;
  const started = now.monotonic - (now.wall - eldest.startedAt);
  if (known && isSame(known, eldest, started)) return { ...known, identity };
  // A start that could not be read is no number, and the memory holds none such.
  return { identity, since: now.monotonic, ...(Number.isFinite(started) ? { started } : {}) };
}

/**
 * The smsd that was known, though its eldest process looks different: the wall clock was set (processes count their start
 * from boot, so it moves), or the main process has ended and a modem's process that it started finishes its work.
 */
function isSame(known: NonNullable<SmsdMemory["up"]>, eldest: SmsdProcess, started: number): boolean {
  const samePid = known.identity.startsWith(`${eldest.pid} `);
  if (samePid && known.started !== undefined && Math.abs(started - known.started) <= START_SLACK) return true;
  return !samePid && started <= known.since + START_SLACK;
}

function eldestOf(processes: readonly SmsdProcess[]): SmsdProcess | undefined {
  return [...processes].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid)[0];
}
