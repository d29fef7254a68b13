import type { ModemModel } from "../../core/model/modem-model.ts";
import { isRegistered } from "../at/answers.ts";
import { spokenDuration } from "../decide/durations.ts";
import type { ModemState } from "../state-modem.ts";

/** What the agent asks a modem for. */
const ASKED = [
  "imei",
  "imsi",
  "firmware",
  "sim",
  "registration",
  "operator",
  "signal",
  "storage",
  "temperature",
] as const satisfies readonly (keyof ModemState)[];

type Asked = (typeof ASKED)[number];

/** What is known around a modem. */
export interface Surroundings {
  readonly model: ModemModel;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** False where nobody asks the modem: the agent does not run. */
  readonly agentRuns: boolean;
  readonly smsdRuns: boolean;
  /** Whether anybody has looked at the modem at all. */
  readonly isSeen: boolean;
}

/** +CSQ: 99 (3GPP TS 27.007 §8.5). */
const NOT_KNOWN = 99;
const UNPLUGGED = "the modem is not plugged in";
const UNREAD = "smsd's log could not be read";

/** For each thing that is not known of a modem, why, completing "unknown: ". */
export function unknownOf(modem: ModemState, around: Surroundings): Readonly<Record<string, string>> {
  const reasons: Record<string, string> = {};
  for (const field of ASKED) {
    const why = whyUnknown(modem, field, around);
    if (why !== undefined) reasons[field] = why;
  }
  if (modem.talked === undefined) reasons.talked = whyNotTalked(modem, around);
  for (const field of ["lastReceived", "lastSent"] as const) {
    if (modem[field] === undefined) reasons[field] = around.isSeen ? "smsd's log tells of none" : UNREAD;
  }
  return reasons;
}

function whyUnknown(modem: ModemState, field: Asked, around: Surroundings): string | undefined {
  if (!modem.present) return UNPLUGGED;
  if (field === "temperature" && around.model.at.temperature === undefined) {
    return `of ${around.model.name} no command is known that tells it`;
  }
  if (field === "signal" && modem.signal === NOT_KNOWN) return "the modem does not know it";
  if (modem[field] !== undefined) return undefined;
  const gap = gapOf(modem, field);
  return gap ?? whyNotAsked(modem, around);
}

function gapOf({ gaps, registration }: ModemState, field: Asked): string | undefined {
  if (!gaps || !Object.hasOwn(gaps, field)) return undefined;
  const isOutside = registration !== undefined && !isRegistered(registration);
  return field === "operator" && isOutside ? "the modem is in no network" : gaps[field];
}

function whyNotAsked({ asked, nextAsk, unaskable }: ModemState, around: Surroundings): string {
  const { now, agentRuns, isSeen } = around;
  if (!isSeen) return "the modem could not be looked at";
  if (!agentRuns) return "the agent, which asks the modem, does not run";
  const last = asked === undefined ? "not asked yet" : `last asked ${spokenDuration(now - Date.parse(asked))} ago`;
  if (unaskable !== undefined) return asked === undefined ? unaskable : `${last}; ${unaskable}`;
  const wait = nextAsk === undefined ? Number.NaN : Date.parse(nextAsk) - now;
  return wait > 0 ? `${last}; the next look is in ${spokenDuration(wait)}` : `${last}; the next look is due`;
}

function whyNotTalked({ present, suspended, recovery }: ModemState, around: Surroundings): string {
  if (!present) return UNPLUGGED;
  if (!around.smsdRuns) return "smsd does not run";
  if (recovery) return "the modem is being recovered";
  if (suspended !== undefined) return `smsd leaves it alone: ${suspended}`;
  return around.isSeen ? "smsd's log shows no answer of it since smsd started" : UNREAD;
}
