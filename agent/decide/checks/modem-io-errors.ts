import { ioErrorsSince } from "../io-errors.ts";
import { currentSince, type ModemCheck } from "./modem-verdict.ts";

/** smsd pauses a second after each error (`errorsleeptime`), so a dead port gives three within a few seconds. */
const BURST = { count: 3, within: 10_000 };
/** With smsd's own pause of ten seconds; no answer in between. */
const LOOP = { count: 2, within: 60_000 };

/** Progress so long after the last error is no answer from before it: smsd has opened the port anew. */
const OVER = 2_000;

/**
 * I/O errors on the modem's port in smsd's log. Lines of progress among them are no proof of health in a burst: smsd
 * takes an old answer in its buffer for a new one (modeminit.c, smstools 3.1.21). A modem that restarts by itself leaves a
 * burst, too, and is well some seconds later (seen in the lab).
 */
export const checkIoErrors: ModemCheck = (turn) => {
  const { log, now, modem } = turn.facts;
  if (!log) return undefined;
  const errors = ioErrorsSince(log, currentSince(turn));
  const over = log.readyAt !== undefined && log.readyAt > Math.max(...errors) + OVER;
  const burst = !over && errors.filter((time) => now - time <= BURST.within).length >= BURST.count;
  const unanswered = errors.filter((time) => time > (log.readyAt ?? Number.NEGATIVE_INFINITY));
  const loop = unanswered.filter((time) => now - time <= LOOP.within).length >= LOOP.count;
  if (!burst && !loop) return undefined;
  return {
    finding: {
      code: "io-errors",
      level: "critical",
      sentence: `smsd gets input/output errors from ${modem.name} again and again: the port or the modem is dead.`,
      evidence: [log.trouble?.kind === "io-error" ? log.trouble.text : "I/O errors in smsd's log"],
      notify: false,
    },
    failure: { atOnce: true, port: false },
  };
};
