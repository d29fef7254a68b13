import { timeText } from "../core/manual-stop.ts";
import type { Modem } from "../core/model/inventory.ts";
import { signalOf } from "../core/signal.ts";
import { maskIdentity } from "./at/mask.ts";
import { isRadioFresh } from "./decide/checks/modem-verdict.ts";
import type { Asking, Decision } from "./decide/types.ts";
import type { ModemMemory, RecoveryPhase } from "./model/memory.ts";
import type { Moment, Observation } from "./model/observation.ts";

/** One modem as the agent sees it. */
export interface ModemState {
  readonly name: string;
  readonly model: string;
  readonly present: boolean;
  /** sysfs name of the device. */
  readonly device?: string;
  /** USB ids now, `1e0e:9001`: they name the composition. */
  readonly usb?: string;
  /** ISO 8601, UTC: since when it is seen on the bus, which it leaves at each restart; or, while it is absent, since when it is gone. */
  readonly since?: string;
  /** Seconds since smsd last showed that the modem answers it. */
  readonly talked?: number;
  readonly suspended?: string;
  /** Checks that failed in a row. */
  readonly failedChecks?: number;
  readonly recovery?: RecoveryState;
  readonly lastRecovery?: LastRecovery;
  /** ISO 8601, UTC: no recovery begins before this, the last ones having been in vain. */
  readonly nextRecovery?: string;
  /** First and last digits only: `8612…0123`. */
  readonly imei?: string;
  readonly imsi?: string;
  readonly firmware?: string;
  readonly sim?: string;
  /** +CREG status (3GPP TS 27.007 §7.2). */
  readonly registration?: number;
  readonly operator?: string;
  /** +CSQ, 0 to 31; 99 where the modem does not know. */
  readonly signal?: number;
  readonly dbm?: number;
  /** 0 to 5. */
  readonly bars?: number;
  readonly storage?: { readonly used: number; readonly total: number };
  /** Degrees Celsius, where the model has a thermometer. */
  readonly temperature?: number;
  /** ISO 8601, UTC: last message that smsd took from it, and gave to it. */
  readonly lastReceived?: string;
  readonly lastSent?: string;
  /** ISO 8601, UTC: when SIM, network and memory were last asked for; absent if never since it is there. */
  readonly asked?: string;
  /** ISO 8601, UTC: when they are due to be asked for next. */
  readonly nextAsk?: string;
  /** Why they cannot be asked for now, completing a sentence. */
  readonly unaskable?: string;
  /** What the last look did not find out: why, by field, completing "unknown: ". */
  readonly gaps?: Readonly<Record<string, string>>;
}

/** A climb of the ladder that is under way. */
export interface RecoveryState {
  readonly phase: RecoveryPhase;
  /** The rung it is at; `none` where the modem is given back without any. */
  readonly rung: string;
  readonly cause: string;
  /** All rungs of this climb, in the order in which they are tried. */
  readonly ladder?: readonly string[];
  /** ISO 8601, UTC: when the climb began, and its phase. */
  readonly begun?: string;
  readonly phaseBegun?: string;
}

/** How the last climb of the ladder ended. */
export interface LastRecovery {
  /** ISO 8601, UTC: its end. */
  readonly at: string;
  readonly ok: boolean;
  /** The rung that did it, or the last one tried; `none` where it ended before any. */
  readonly rung: string;
  readonly cause: string;
  /** What showed that it works again, or why it ended. */
  readonly how: string;
  /** Seconds from the decision to recover to its end. */
  readonly took: number;
}

/** What one modem's state is made from. */
export interface ModemView {
  readonly modem: Modem;
  readonly seen: Observation;
  readonly decision: Decision;
  readonly now: Moment;
}

export function modemState(view: ModemView): ModemState {
  const { modem, seen, decision, now } = view;
  const memory = own(decision.memory.modems, modem.name);
  const readyAt = own(seen.smsd.log.modems, modem.name)?.readyAt;
  const usb = seen.attached.find(({ sysName }) => sysName === memory?.attached?.sysName)?.usb;
  const suspended = suspension(seen, modem.name);
  return {
    name: modem.name,
    model: modem.model.name,
    present: memory?.attached !== undefined,
    ...(memory?.attached ? { device: memory.attached.sysName } : {}),
    ...(usb === undefined ? {} : { usb }),
    ...(readyAt === undefined ? {} : { talked: Math.max(0, Math.round((now.monotonic - readyAt) / 1000)) }),
    ...(suspended === undefined ? {} : { suspended }),
    ...(memory ? { ...workState(memory, view), ...askedState(memory, view), ...knowledge(memory, now) } : {}),
  };
}

/** A modem may have any name, that of a member of every object, too. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function suspension({ smsd }: Observation, name: string): string | undefined {
  const ours = own(smsd.suspended, name) ?? smsd.suspended.ALL;
  if (ours !== undefined) return ours;
  const others = smsd.suspendedByOthers;
  return others.includes(name) || others.includes("ALL")
    ? "a person, or the guard, keeps smsd away from it"
    : undefined;
}

function workState(memory: ModemMemory, { decision, now }: ModemView): Partial<ModemState> {
  const { attached, goneSince, failedChecks, recovery, lastRecovery, lastReceivedAt, lastSentAt } = memory;
  const since = attached?.connectedAt ?? attached?.since ?? goneSince;
  const wall = wallClock(decision, now);
  const waits = memory.failedRecoveries > 0 && !recovery && memory.notBefore > now.monotonic;
  return {
    // In the look in which it is seen for the first time, nobody knows how long it has been there.
    ...(since === undefined || since >= now.monotonic ? {} : { since: wall(since) }),
    ...(failedChecks > 0 ? { failedChecks } : {}),
    ...(recovery
      ? {
          recovery: {
            phase: recovery.phase,
            rung: recovery.ladder[recovery.rung] ?? "none",
            cause: recovery.cause.sentence,
            ladder: recovery.ladder,
            begun: wall(recovery.since),
            phaseBegun: wall(recovery.phaseSince),
          },
        }
      : {}),
    ...(waits ? { nextRecovery: wall(memory.notBefore) } : {}),
    ...(lastRecovery
      ? {
          lastRecovery: {
            ...lastRecovery,
            at: timeText(lastRecovery.at),
            rung: lastRecovery.rung ?? "none",
            took: Math.round(lastRecovery.took / 1000),
          },
        }
      : {}),
    ...(lastReceivedAt === undefined ? {} : { lastReceived: timeText(lastReceivedAt) }),
    ...(lastSentAt === undefined ? {} : { lastSent: timeText(lastSentAt) }),
  };
}

/** Whether it can be asked, and when that was and will be done. */
function askedState(memory: ModemMemory, { modem, decision, now }: ModemView): Partial<ModemState> {
  const asking: Asking | undefined = own(decision.asking, modem.name);
  const { attached, lastFullProbeAt } = memory;
  const wall = wallClock(decision, now);
  const asked = attached && lastFullProbeAt !== undefined && lastFullProbeAt >= attached.since;
  return {
    ...(asked ? { asked: wall(lastFullProbeAt) } : {}),
    ...(asking ? { nextAsk: wall(asking.at) } : {}),
    ...(asking?.hindrance === undefined ? {} : { unaskable: asking.hindrance }),
  };
}

/** What is known of it now: who it is while it is there, all else as long as the last look at it is good for. */
function knowledge(memory: ModemMemory, { monotonic }: Moment): Partial<ModemState> {
  if (!memory.attached) return {};
  const { identity = {}, firmware, sim, registration, operator, storage, temperature, gaps = {} } = memory;
  const { imei, imsi } = identity;
  const { signal } = memory;
  const lasting = {
    imei: imei === undefined ? undefined : maskIdentity(imei),
    imsi: imsi === undefined ? undefined : maskIdentity(imsi),
    firmware,
  };
  if (!isRadioFresh(memory, monotonic)) return known(lasting, {});
  const all = { ...lasting, sim, registration: registration?.status, operator, signal, storage, temperature };
  return { ...known({ ...all, ...signalOf(signal) }, gaps), ...(Object.keys(gaps).length === 0 ? {} : { gaps }) };
}

/** Without what is not known, and without what an earlier look found and the last one did not. */
function known(found: Partial<Gapped>, gaps: Readonly<Record<string, string>>): Partial<ModemState> {
  const kept = Object.entries(found).filter(([field, value]) => value !== undefined && !Object.hasOwn(gaps, field));
  return Object.fromEntries(kept);
}

type Gapped = { readonly [K in keyof ModemState]: ModemState[K] | undefined };

/** Monotonic milliseconds as ISO 8601, the same from pass to pass as long as nobody sets the clock. */
export function wallClock({ memory }: Pick<Decision, "memory">, now: Moment): (monotonic: number) => string {
  const offset = memory.host?.clockOffset ?? now.wall - now.monotonic;
  return (monotonic) => timeText(Math.round(monotonic + offset));
}
