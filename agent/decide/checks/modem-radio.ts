import { isRegistered } from "../../at/answers.ts";
import { isRadioKnown, type ModemCheck } from "./modem-verdict.ts";

/** Finding a network takes up to some minutes after a start. */
const REGISTERING_MS = 5 * 60_000;
/** +CREG: 3 (3GPP TS 27.007). */
const DENIED = 3;
/** +CSQ of 5 is -103 dBm; below, sending fails often. */
const WEAK = 5;

/**
 * Not in a network for long. A finding and no recovery: a place without a network is not mended by restarting the modem
 * again and again, and a modem that smsd can talk to is left alone.
 */
export const checkRegistration: ModemCheck = (turn) => {
  const { facts } = turn;
  const { registration } = turn.memory;
  if (!isRadioKnown(turn) || !registration || isRegistered(registration.status)) return undefined;
  const { name } = facts.modem;
  const evidence = [`+CREG status ${registration.status}`];
  if (registration.status === DENIED) {
    return {
      finding: {
        code: "registration-denied",
        level: "critical",
        sentence: `The network refuses the SIM in ${name}.`,
        evidence,
        fix: "Ask the operator: the SIM may be blocked, expired, or not allowed here.",
        notify: true,
      },
    };
  }
  if (facts.now - registration.since < REGISTERING_MS) return undefined;
  return {
    finding: {
      code: "not-registered",
      level: "critical",
      sentence: `${name} has not been in a network for more than five minutes: it neither sends nor receives.`,
      evidence,
      fix: `Look at its antenna and the operator's network; \`modemkeeper modem reset ${name}\` makes it search anew.`,
      notify: true,
    },
  };
};

export const checkSignal: ModemCheck = (turn) => {
  const { facts } = turn;
  const { signal } = turn.memory;
  if (!isRadioKnown(turn) || signal === undefined || signal > WEAK) return undefined;
  return {
    finding: {
      code: "signal-weak",
      level: "info",
      sentence: `The signal of ${facts.modem.name} is weak.`,
      evidence: [`+CSQ is at most ${WEAK} of 31`],
      fix: "Place the antenna elsewhere, or take a better one.",
      notify: false,
    },
  };
};
