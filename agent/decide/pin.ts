import { forget, remember, report, type Turn } from "./modem-turn.ts";

/** The same line of the log, read again by a new agent, gets nearly the same time. */
const SAME_LINE_MS = 3_000;
/** No digest. */
const ANOTHER_PIN = "another";

/** A PIN that the SIM refused is refused until another one is configured: three tries lock the SIM. */
export function pin(turn: Turn): Turn {
  const { log, input, modem } = turn.facts;
  const refusal = log?.pinRefused;
  const configured = input.seen.configuration.pins[modem.name] ?? "";
  const { refusedAt, refusedPin } = turn.memory;
  const isNew = refusal !== undefined && (refusedAt === undefined || Math.abs(refusal.at - refusedAt) > SAME_LINE_MS);
  if (refusal && isNew) {
    const given = isForAnother(turn) && refusedPin !== configured ? ANOTHER_PIN : configured;
    return refused(remember(turn, { refusedPin: given, refusedAt: refusal.at }), refusal.text);
  }
  if (refusedPin === undefined) return turn;
  // An smsd that began anew has got through with it: the refusal was of another PIN, corrected while no agent ran.
  if (refusal === undefined && log?.readyAt !== undefined) return forget(turn, "refusedPin");
  return refusedPin === configured ? refused(turn, refusal?.text) : forget(turn, "refusedPin");
}

/**
 * While the inventory is still to be applied, smsd was given what smsd.conf says, and that may have been corrected since.
 * Where it has not, the guard, which compares the PINs themselves, keeps smsd from a second try.
 */
function isForAnother({ facts }: Turn): boolean {
  return facts.input.seen.configuration.state !== "converged";
}

function refused(turn: Turn, line: string | undefined): Turn {
  const { name } = turn.facts.modem;
  const locked = line !== undefined && /locked/.test(line);
  const reported = report(turn, {
    code: "pin-refused",
    level: "critical",
    sentence: locked
      ? `The SIM in ${name} is locked and wants its PUK; smsd leaves it alone.`
      : `The SIM in ${name} refused its PIN. It is not tried again: the third wrong one locks the SIM.`,
    evidence: line === undefined ? [] : [line],
    fix: locked
      ? "Unlock the SIM in a telephone with its PUK; then change its PIN and the one under /etc/modemkeeper/secrets."
      : "Correct the PIN under /etc/modemkeeper/secrets and run `provision apply`; a changed PIN is tried once.",
    notify: true,
  });
  return { ...reported, pinRefused: true };
}
