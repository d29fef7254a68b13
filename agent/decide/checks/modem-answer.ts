import { currentSince, type ModemCheck } from "./modem-verdict.ts";

/** smsd polls every second; an answer to it that is older than this says nothing of now. */
export const FRESH_MS = 15_000;

/** A probe got no answer, and smsd has had none either. What smsd gets is the better evidence. */
export const checkAnswer: ModemCheck = (turn) => {
  const { probe, attached } = turn.memory;
  const { log, now, modem } = turn.facts;
  if (!attached || !probe || probe.answered) return undefined;
  const booted = attached.since + modem.model.bootSeconds * 1000;
  if (probe.at <= Math.max(currentSince(turn), booted)) return undefined;
  const readyAt = log?.readyAt ?? Number.NEGATIVE_INFINITY;
  if (readyAt > probe.at || now - readyAt < FRESH_MS) return undefined;
  return {
    finding: {
      code: "at-silent",
      level: "critical",
      sentence: `${modem.name} does not answer AT.`,
      evidence: [probe.detail],
      notify: false,
    },
    failure: { atOnce: false, port: false },
  };
};
