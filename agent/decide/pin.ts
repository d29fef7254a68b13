import { forget, remember, report, type Turn } from "./modem-turn.ts";

/** The same line of the log, read again by a new agent, gets nearly the same time. */
const SAME_LINE_MS = 3_000;
/** No digest: smsd was given a PIN of which nothing is known. */
const UNKNOWN_PIN = "unknown";

/**
 * A PIN that the SIM refused is refused until another one is in force: three tries lock the SIM. Correcting it in the
 * inventory is not enough: until that is applied, smsd is given what smsd.conf says.
 */
export function pin(before: Turn): Turn {
  const { log, input, modem } = before.facts;
  const isApplied = input.seen.configuration.state === "converged";
  const configured = input.seen.configuration.pins[modem.name] ?? "";
  const turn = isApplied ? withPinInForce(before, configured) : before;
  const refusal = log?.pinRefused;
  const { refusedAt, refusedPin } = turn.memory;
  const isNew = refusal !== undefined && (refusedAt === undefined || Math.abs(refusal.at - refusedAt) > SAME_LINE_MS);
  if (refusal && isNew) {
    const given = turn.memory.pinInForce ?? UNKNOWN_PIN;
    return refused(remember(turn, { refusedPin: given, refusedAt: refusal.at }), refusal.text);
  }
  if (refusedPin === undefined) return turn;
  // An smsd that began anew has got through with it: the refusal was of another PIN, corrected while no agent ran.
  if (refusal === undefined && log?.readyAt !== undefined) return forget(turn, "refusedPin");
  return isApplied && refusedPin !== configured ? forget(turn, "refusedPin") : refused(turn, refusal?.text);
}

function withPinInForce(turn: Turn, configured: string): Turn {
  return turn.memory.pinInForce === configured ? turn : remember(turn, { pinInForce: configured });
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
