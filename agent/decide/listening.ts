import type { Turn } from "./modem-turn.ts";
import { isSuspended } from "./suspensions.ts";

/** Announces each new message and keeps it on the modem (3GPP TS 27.005, +CNMI). */
const ANNOUNCE = "AT+CNMI=2,1,0,0,0";

/** Listens for announcements on the second AT port of a modem that works, if the model can send them there and nobody else uses it. */
export function listening(turn: Turn): Turn {
  const { bound, modem, input, restraint } = turn.facts;
  const { push } = modem.model.at;
  const { attached, recovery } = turn.memory;
  if (!bound?.second || !push || !attached || recovery || restraint || turn.suspend !== undefined) return turn;
  if (attached.talkingSince === undefined || isSuspended(turn.facts)) return turn;
  if ((input.seen.holders[bound.second] ?? []).length > 0) return turn;
  return { ...turn, listening: { modem: modem.name, tty: bound.second, setup: [...push, ANNOUNCE] } };
}
