import { SET_ASIDE } from "../paths.ts";
import { HOUR, MINUTE } from "./durations.ts";
import { forget, isFree, issue, remember, report, type Turn, tell } from "./modem-turn.ts";

/** Twice may be the modem's fault on the way; a message in flight at two crashes in a row is taken for their cause. */
const CRASHES = 2;
const RETRY_MS = MINUTE;
const SHOWN_MS = HOUR;
/** A message that does not crash the modem within this time is innocent. */
const ACQUITTED_MS = 10 * MINUTE;

/** Keeps account of the message that was being sent when the modem hung or its process ended. */
export function poison(turn: Turn): Turn {
  return shown(acquitted(processEnded(tookOut(turn))));
}

/** The modem has hung, or smsd's process for it has ended: the message in flight is suspected. */
export function crashed(turn: Turn, at: number): Turn {
  const { input, modem } = turn.facts;
  const file = input.seen.smsd.inFlight[modem.name];
  const { suspect } = turn.memory;
  if (file === undefined || suspect?.at === at) return turn;
  const crashes = suspect?.file === file ? suspect.crashes + 1 : 1;
  return remember(turn, { suspect: { file, crashes, at } });
}

/** A message must be taken out before smsd sends it again. */
export function isPoisoned({ facts, memory }: Turn): boolean {
  const { suspect } = memory;
  if (!suspect || suspect.crashes < CRASHES) return false;
  // smsd's stop takes its locks away: what was in flight then no longer shows. Another message shows that this one has gone.
  const file = facts.input.seen.smsd.inFlight[facts.modem.name];
  if (file !== undefined && file !== suspect.file) return false;
  return suspect.triedAt === undefined || facts.busy || facts.now - suspect.triedAt >= RETRY_MS;
}

/** Takes it out; the modem must be free of smsd. */
export function setAside(turn: Turn): Turn {
  const { suspect } = turn.memory;
  if (!suspect || !isFree(turn)) return turn;
  const { name } = turn.facts.modem;
  const why = `${name} has stopped working ${suspect.crashes} times in a row while it sent this message.`;
  const noted = remember(turn, { suspect: { ...suspect, triedAt: turn.facts.now } });
  const step = { do: "set-aside", file: suspect.file, folder: SET_ASIDE, why } as const;
  return issue(noted, step, { code: "message-set-aside", sentence: `${why} It is set aside, and the queue goes on.` });
}

function tookOut(turn: Turn): Turn {
  const done = turn.facts.outcomes.find(({ step }) => step.do === "set-aside");
  if (done?.step.do !== "set-aside") return turn;
  if (!done.ok) {
    const told = tell(turn, "warning", { code: "message-not-set-aside", sentence: done.detail });
    const stays = turn.facts.input.seen.smsd.inFlight[turn.facts.modem.name] === done.step.file;
    return stays ? told : forget(told, "suspect");
  }
  const { wall } = turn.facts.input.now;
  const noted = forget(remember(turn, { setAside: { file: done.step.file, at: wall } }), "suspect");
  const sentence = `A message that stopped ${turn.facts.modem.name} ${CRASHES} times in a row was set aside.`;
  return tell(noted, "warning", { code: "message-set-aside", sentence }, true);
}

function processEnded(turn: Turn): Turn {
  const { dead } = turn.facts.log ?? {};
  return dead && !turn.memory.recovery ? crashed(turn, dead.at) : turn;
}

/** The modem worked on, and the message is gone from the queue or does no harm. */
function acquitted(turn: Turn): Turn {
  const { suspect, recovery } = turn.memory;
  const { log, input, modem, now } = turn.facts;
  if (!suspect || recovery || (log?.readyAt ?? Number.NEGATIVE_INFINITY) <= suspect.at) return turn;
  const { inFlight } = input.seen.smsd;
  if (inFlight[modem.name] === suspect.file) return turn;
  const gone = input.seen.spool.checked.count === 0;
  return gone || now - suspect.at > ACQUITTED_MS ? forget(turn, "suspect") : turn;
}

function shown(turn: Turn): Turn {
  const { setAside: kept } = turn.memory;
  if (!kept) return turn;
  const age = turn.facts.input.now.wall - kept.at;
  if (age < 0 || age > SHOWN_MS) return forget(turn, "setAside");
  return report(turn, {
    code: "message-set-aside",
    level: "warning",
    sentence: `A message that stopped ${turn.facts.modem.name} again and again is kept in ${SET_ASIDE} and was not sent.`,
    evidence: [],
    fix: "The note beside it says why; to have it sent after all, move it to smsd's outgoing folder.",
    notify: false,
  });
}
