import { isLinked } from "./links.ts";
import type { ModemFacts, Turn } from "./modem-turn.ts";
import { isLongAbsent } from "./presence.ts";

/** smsd leaves the modem alone now, whoever asked for it. */
export function isSuspended({ input, modem }: ModemFacts): boolean {
  const { suspended, suspendedByOthers } = input.seen.smsd;
  const names = [...Object.keys(suspended), ...suspendedByOthers];
  return names.includes(modem.name) || names.includes("ALL");
}

/** A person or the guard keeps smsd away from the modem: then nobody is to restart it. */
export function isSuspendedByOthers({ input, modem }: ModemFacts): boolean {
  const { suspendedByOthers } = input.seen.smsd;
  return suspendedByOthers.includes(modem.name) || suspendedByOthers.includes("ALL");
}

/**
 * Whether smsd shall leave the modem alone, and why. One that is absent is marked so, which interrupts no other; it is
 * given back when its AT port and the link to it are there, so that smsd opens it at the first try.
 */
export function suspensions(turn: Turn): Turn {
  const { facts } = turn;
  if (turn.suspend !== undefined || turn.hold !== undefined) return turn;
  if (turn.pinRefused) return { ...turn, suspend: "its PIN was refused" };
  if (isLongAbsent(turn)) return { ...turn, suspend: "not plugged in" };
  const ours = facts.input.seen.smsd.suspended[facts.modem.name] !== undefined;
  return ours && !isLinked(turn)
    ? { ...turn, suspend: facts.bound ? "its AT port is not ready" : "not plugged in" }
    : turn;
}
