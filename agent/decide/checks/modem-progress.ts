import type { Inventory, Modem } from "../../../core/model/inventory.ts";
import { isLinked } from "../links.ts";
import type { Turn } from "../modem-turn.ts";
import { currentSince, type ModemCheck } from "./modem-verdict.ts";

const POLLS_SHOWN_FROM = 6;
const LEAST_MS = 60_000;
/** A message on its way may take as long as smsd waits for the modem to take it. */
const SENDING_MS = 60_000;
/** smsd tries every two seconds to open a port. */
const OPENING_MS = 15_000;

/** Whether smsd's log shows each poll of the modem, so that its silence means something. */
export function showsPolls({ smsd }: Inventory, modem: Modem): boolean {
  const level = Number(smsd.settings.loglevel ?? POLLS_SHOWN_FROM);
  return level >= POLLS_SHOWN_FROM && smsd.settings.logtime_format === undefined && modem.smsd.logfile === undefined;
}

/** Milliseconds between two polls of the modem. */
export function pollMs({ smsd }: Inventory, modem: Modem): number {
  return Number(modem.smsd.delaytime ?? smsd.settings.delaytime ?? 10) * 1000;
}

/** Milliseconds within which smsd's log shows an answer of a modem that works. */
export function progressLimit({ facts }: Turn): number {
  const { inventory, seen } = facts.input;
  const { modem } = facts;
  const delay = pollMs(inventory, modem);
  const sending = seen.smsd.inFlight[modem.name] === undefined ? 0 : SENDING_MS;
  return Math.max(LEAST_MS, 5 * delay + LEAST_MS / 2) + sending;
}

/** Monotonic time at which smsd's silence about the modem becomes a fault; undefined while it has not to speak. */
export function silentAt(turn: Turn): number | undefined {
  const { facts, memory } = turn;
  const { expectedSince } = memory;
  if (expectedSince === undefined || !showsPolls(facts.input.inventory, facts.modem)) return undefined;
  const started = facts.smsdSince ?? expectedSince;
  const last = Math.max(expectedSince, started, currentSince(turn), facts.log?.readyAt ?? Number.NEGATIVE_INFINITY);
  return last + progressLimit(turn);
}

/** smsd polls every second or so; if its log shows no answer for a minute, it gets none. */
export const checkProgress: ModemCheck = (turn) => {
  const { now, log, modem } = turn.facts;
  const silent = silentAt(turn);
  if (silent === undefined || now < silent) return undefined;
  return {
    finding: {
      code: "no-progress",
      level: "critical",
      sentence: `smsd has got no answer from ${modem.name} for more than ${Math.round(progressLimit(turn) / 1000)} s.`,
      evidence: [log?.trouble?.text ?? "smsd's log shows no poll that succeeded"],
      notify: false,
    },
    failure: { atOnce: false, port: false },
  };
};

/** smsd itself says that the modem does not answer, or that its port does not open. */
export const checkTrouble: ModemCheck = (turn) => {
  const { log, now, modem } = turn.facts;
  const trouble = log?.trouble;
  const { expectedSince } = turn.memory;
  if (!trouble || trouble.at <= currentSince(turn) || expectedSince === undefined) return undefined;
  // It may have been in another trouble before, and its link just been repaired.
  const closedSince = Math.max(trouble.since, expectedSince);
  const opening = trouble.kind === "not-opening" && isLinked(turn) && now - closedSince >= OPENING_MS;
  if (!opening && trouble.kind !== "not-answering") return undefined;
  return {
    finding: {
      code: opening ? "port-not-opening" : "not-answering",
      level: "critical",
      sentence: opening
        ? `smsd cannot open the port of ${modem.name} although it is there.`
        : `${modem.name} does not answer smsd.`,
      evidence: [trouble.text],
      notify: false,
    },
    failure: { atOnce: false, port: false },
  };
};

/** smsd's process for the modem has ended: nothing but a restart of smsd brings it back. */
export const checkProcess: ModemCheck = ({ facts }) => {
  const { log, smsdSince, modem } = facts;
  if (!log?.dead || smsdSince === undefined || log.pinRefused) return undefined;
  return {
    finding: {
      code: "smsd-lost-modem",
      level: "critical",
      sentence: `smsd's process for ${modem.name} has ended while smsd runs on without it.`,
      evidence: [log.dead.text],
      notify: true,
    },
  };
};

/** A modem that failed to send is left alone by smsd for a while, and does not receive either. */
export const checkBlocked: ModemCheck = ({ facts }) => {
  const { log, now, modem } = facts;
  const blocked = log?.blocked;
  if (!blocked || now >= blocked.at + blocked.seconds * 1000) return undefined;
  return {
    finding: {
      code: "modem-blocked",
      level: "warning",
      sentence: `smsd uses ${modem.name} neither for sending nor for receiving for ${blocked.seconds} s, because messages could not be sent.`,
      evidence: log?.trouble ? [log.trouble.text] : [],
      fix: "Look at the SIM's credit and the number of the SMS centre; smsd.settings.blocktime shortens the wait.",
      notify: true,
    },
  };
};
