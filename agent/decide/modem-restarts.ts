import { showsPolls } from "./checks/modem-progress.ts";
import { bootedAt } from "./health.ts";
import { isLinked } from "./links.ts";
import { type Turn, wakeAt } from "./modem-turn.ts";
import { isPoisoned, setAside } from "./poison.ts";

/** smsd talks to a modem that has booted within 9 s at worst (measured). */
const TALKS_WITHIN = 15_000;

/** What makes a modem need a restart of smsd outside a recovery. */
export function modemRestarts(turn: Turn, othersWork: boolean): Turn {
  const { attached, recovery } = turn.memory;
  if (!attached || recovery || turn.facts.smsdSince === undefined || turn.pinRefused || !isLinked(turn)) return turn;
  // Applying the inventory restarts smsd anyway, and before that it would begin anew with what has been corrected since, perhaps a PIN.
  const { state, restartsSmsd } = turn.facts.input.seen.configuration;
  if (state === "differs" && restartsSmsd) return turn;
  return turn.facts.log?.dead ? processLost(turn) : afterReconnection(turn, othersWork);
}

/** Only a restart brings a modem's process back; the others are interrupted for a second or two. */
function processLost(turn: Turn): Turn {
  if (isPoisoned(turn)) return setAside(turn);
  const { name } = turn.facts.modem;
  const sentence = `smsd's process for ${name} has ended, and only a restart of smsd brings it back.`;
  return { ...turn, restart: { code: "smsd-lost-modem", sentence } };
}

/** smsd takes a modem that returns by itself; where it does not, one restart is tried, and no other modem pays for it. */
function afterReconnection(turn: Turn, othersWork: boolean): Turn {
  const { memory, facts } = turn;
  const { attached, expectedSince } = memory;
  if (!attached || attached.talkingSince !== undefined || expectedSince === undefined || othersWork) return turn;
  if (attached.restarted) return turn;
  if (!showsPolls(facts.input.inventory, facts.modem)) return turn;
  const due = Math.max(bootedAt(turn), expectedSince) + TALKS_WITHIN;
  if (facts.now < due) return wakeAt(turn, due);
  const sentence = `${facts.modem.name} has returned, and smsd does not talk to it.`;
  return { ...turn, restart: { code: "not-talking-after-reconnection", sentence } };
}
