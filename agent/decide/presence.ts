import type { ModemMemory } from "../model/memory.ts";
import { spokenDuration } from "./durations.ts";
import type { BoundModem } from "./modem-bindings.ts";
import { forget, remember, report, seconds, type Turn, tell, wakeAt } from "./modem-turn.ts";

type Attached = NonNullable<ModemMemory["attached"]>;

/** Absent for less is a restart or a replug, and no news for anybody. */
const ABSENT_MS = 10_000;
const FLAPS = { count: 5, within: 120_000 };

/** Whether the modem is on the bus, since when, and what that means. */
export function presence(turn: Turn): Turn {
  const { bound } = turn.facts;
  return flapping(bound ? talking(restarted(ports(present(turn, bound), bound))) : absent(turn));
}

/** Gone for so long that smsd is told to leave it alone. */
export function isLongAbsent({ facts, memory }: Turn): boolean {
  return !facts.bound && memory.goneSince !== undefined && facts.now - memory.goneSince >= ABSENT_MS;
}

function present(turn: Turn, { attached, deviceNumber, connectedAt }: BoundModem): Turn {
  const known = turn.memory.attached;
  const same = known?.sysName === attached.sysName;
  // A number that cannot be read is no sign of another device.
  if (known && same && (deviceNumber === 0 || known.deviceNumber === deviceNumber)) return forget(turn, "goneSince");
  if (known && same && known.deviceNumber === 0) {
    return forget(remember(turn, { attached: { ...known, deviceNumber } }), "goneSince");
  }
  return appeared(turn, {
    sysName: attached.sysName,
    deviceNumber,
    since: turn.facts.now,
    ...(connectedAt === undefined ? {} : { connectedAt }),
    restarted: false,
  });
}

function appeared(turn: Turn, attached: Attached): Turn {
  const { memory, facts } = turn;
  const byUs = memory.recovery !== undefined;
  const fresh = remember(turn, {
    attached,
    failedChecks: 0,
    ...(byUs ? {} : { appearances: [...(memory.appearances ?? []), facts.now] }),
  });
  const forgotten = forget(fresh, "goneSince", "expectedSince", ...(byUs ? [] : (["triedInVain"] as const)));
  const where = `${attached.sysName}, device ${attached.deviceNumber}`;
  return tell(forgotten, "info", { code: "modem-appeared", sentence: `${facts.modem.name} is on the bus (${where}).` });
}

function absent(turn: Turn): Turn {
  const { facts, memory } = turn;
  const { name } = facts.modem;
  if (memory.attached) {
    const gone = forget(remember(turn, { goneSince: facts.now, failedChecks: 0 }), "attached", "expectedSince");
    const told = tell(gone, "info", { code: "modem-gone", sentence: `${name} has left the bus.` });
    return wakeAt(told, facts.now + ABSENT_MS);
  }
  const since = memory.goneSince ?? facts.now;
  const known = memory.goneSince === undefined ? remember(turn, { goneSince: since }) : turn;
  if (facts.now - since < ABSENT_MS) return wakeAt(known, since + ABSENT_MS);
  // A reset takes it away for its boot; the recovery tells of one that does not return.
  return memory.recovery ? known : report(known, absentFinding(turn));
}

function absentFinding({ facts }: Turn) {
  const { name, model, match } = facts.modem;
  return {
    code: "modem-absent",
    level: "warning" as const,
    sentence: `${name} is not plugged in; smsd leaves it alone until it is.`,
    evidence: [`no ${model.title} is on the bus${match.port === undefined ? "" : ` at ${match.port}`}`],
    fix: "Look at its plug, its cable and its power. Nothing is reset: a modem that is absent does not hang.",
    notify: true,
  };
}

/** Since when the AT port is missing. */
function ports(turn: Turn, bound: BoundModem): Turn {
  const { attached } = turn.memory;
  if (!attached) return turn;
  const missing = bound.at === undefined;
  if (missing === (attached.portMissingSince !== undefined)) return turn;
  const { portMissingSince: _, ...rest } = attached;
  return remember(turn, { attached: missing ? { ...rest, portMissingSince: turn.facts.now } : rest });
}

function restarted(turn: Turn): Turn {
  const { attached } = turn.memory;
  const { smsdSince } = turn.facts;
  if (!attached || attached.restarted || smsdSince === undefined || smsdSince <= attached.since) return turn;
  return remember(turn, { attached: { ...attached, restarted: true } });
}

/** The first sign since it appeared that smsd has got an answer. */
function talking(turn: Turn): Turn {
  const { attached } = turn.memory;
  const { log, smsdSince, now, modem } = turn.facts;
  const readyAt = log?.readyAt;
  if (!attached || attached.talkingSince !== undefined || readyAt === undefined || smsdSince === undefined) return turn;
  if (readyAt <= Math.max(attached.since, smsdSince)) return turn;
  const known = remember(turn, { attached: { ...attached, talkingSince: readyAt }, everHealthy: true });
  const sentence = `smsd talks to ${modem.name}, ${seconds(Math.min(readyAt, now) - attached.since)} after it appeared.`;
  return tell(known, "info", { code: "modem-talking", sentence });
}

function flapping(turn: Turn): Turn {
  const { appearances = [] } = turn.memory;
  const recent = appearances.filter((time) => turn.facts.now - time < FLAPS.within);
  const trimmed =
    recent.length === appearances.length
      ? turn
      : recent.length === 0
        ? forget(turn, "appearances")
        : remember(turn, { appearances: recent });
  if (recent.length < FLAPS.count) return trimmed;
  return report(wakeAt(trimmed, Math.min(...recent) + FLAPS.within), {
    code: "modem-flapping",
    level: "warning",
    sentence: `${turn.facts.modem.name} comes and goes: it appeared at least ${FLAPS.count} times within ${spokenDuration(FLAPS.within)}.`,
    evidence: ["the bus lost and found it again without any reset of ours"],
    fix: "Look at its power supply, its cable and the hub: a modem takes up to 2 A while it sends.",
    notify: true,
  });
}
