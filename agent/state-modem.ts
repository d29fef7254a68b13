import { timeText } from "../core/manual-stop.ts";
import type { Modem } from "../core/model/inventory.ts";
import { signalOf } from "../core/signal.ts";
import { maskIdentity } from "./at/mask.ts";
import { isRadioFresh } from "./decide/checks/modem-verdict.ts";
import type { Asking, Decision } from "./decide/types.ts";
import type { ModemMemory } from "./model/memory.ts";
import type { Moment, Observation } from "./model/observation.ts";
import type { ModemState } from "./state.ts";

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
  const since = attached?.since ?? goneSince;
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
