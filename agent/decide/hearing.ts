import { isRegistered } from "../at/answers.ts";
import type { ModemMemory } from "../model/memory.ts";
import type { Outcome, ProbeResult } from "../model/step.ts";
import { exchanged } from "./identity.ts";
import { remember, type Turn, tell } from "./modem-turn.ts";

/** Takes note of how steps on the modem ended; those of the ladder are the ladder's. */
export function hearing(turn: Turn): Turn {
  return turn.facts.outcomes.reduce(heard, traffic(turn));
}

/** When messages last passed, as smsd's log says. */
function traffic(turn: Turn): Turn {
  const { receivedAt, sentAt } = turn.facts.traffic ?? {};
  const { lastReceivedAt, lastSentAt } = turn.memory;
  const received = receivedAt === undefined || receivedAt === lastReceivedAt ? {} : { lastReceivedAt: receivedAt };
  const sent = sentAt === undefined || sentAt === lastSentAt ? {} : { lastSentAt: sentAt };
  const change = { ...received, ...sent };
  return Object.keys(change).length === 0 ? turn : remember(turn, change);
}

function heard(turn: Turn, outcome: Outcome): Turn {
  const { attached } = turn.memory;
  switch (outcome.step.do) {
    case "probe":
      return probed(turn, outcome, outcome.step.full);
    case "trigger-udev":
      if (attached?.triggeredAt === undefined) return turn;
      return remember(turn, { attached: { ...attached, triggeredAt: outcome.finishedAt } });
    case "write-link":
      return tell(turn, outcome.ok ? "info" : "warning", {
        code: outcome.ok ? "link-written" : "link-not-written",
        sentence: `${outcome.step.path} ${outcome.ok ? "was written by us" : "could not be written"}: ${outcome.detail}`,
      });
    default:
      return turn;
  }
}

function probed(turn: Turn, { probe, startedAt, finishedAt, detail }: Outcome, full: boolean): Turn {
  const noted = remember(turn, { probedAt: finishedAt });
  const { attached } = turn.memory;
  // Without a result nobody was asked: somebody else held the port. And what has since been plugged in anew was not asked.
  if (!probe || !attached || startedAt < attached.since) return noted;
  const result = { probe: { at: finishedAt, answered: probe.answered, detail } };
  if (!probe.answered) return remember(noted, result);
  const told = exchanged(noted, probe);
  return remember(told, { ...result, everHealthy: true, ...(full ? learned(told.memory, probe, finishedAt) : {}) });
}

/** What a full probe found; what it could not find stays as it was known, the registration excepted. */
function learned(memory: ModemMemory, probe: ProbeResult, at: number): Partial<ModemMemory> {
  const { sim, signal, operator, firmware, storage, temperature, registration, gaps = {} } = probe;
  return {
    lastFullProbeAt: at,
    gaps,
    ...(sim === undefined ? {} : { sim }),
    ...(signal === undefined ? {} : { signal }),
    ...(operator === undefined ? {} : { operator }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(storage === undefined ? {} : { storage }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(registration === undefined
      ? {}
      : { registration: { status: registration, since: sinceOf(memory, registration, at) } }),
  };
}

/** Several states are all `not registered`; going from one to the other does not begin anew. */
function sinceOf({ registration: before }: ModemMemory, status: number, at: number): number {
  return before && isRegistered(before.status) === isRegistered(status) ? before.since : at;
}
