import type { LogDigest, ModemLog, TroubleKind } from "../../../agent/model/observation.ts";
import { monotonicOf } from "./clocks.ts";
import type { Condition, Handler, World } from "./state.ts";

/*
 * What smsd's log says, as the agent's digest would hold it. smsd's timing is that of facts measured on smstools 3.1.21
 * with our settings: a poll each second, a closed port tried every two, an I/O error each second or two,
 * a silent modem reported after 117 s, a modem that answers initialised in 1.5 s.
 */
interface Habit {
  readonly after: number;
  readonly every: number;
  readonly kind: TroubleKind;
  readonly text: string;
}

const INITIALISED_MS = 1_500;
const POLL_MS = 1_000;

const TROUBLES: Partial<Record<Condition, Habit>> = {
  closed: { after: 500, every: 2_000, kind: "not-opening", text: "Couldn't open serial port, error: No such file" },
  io: { after: 1_000, every: 2_000, kind: "io-error", text: "write_to_modem: error 5: Input/output error" },
  silent: { after: 117_000, every: 117_000, kind: "not-answering", text: "Modem is not ready to answer commands" },
  sim: { after: 3_000, every: 3_000, kind: "sim", text: "The modem answer was not OK: +CME ERROR: 10" },
};

/** When the log first has something to tell of a condition, and how often it calls for a look then; undefined if it tells nothing. */
export function linesOf(condition: Condition): { readonly after: number; readonly every?: number } | undefined {
  if (condition === "talking") return { after: INITIALISED_MS };
  const habit = TROUBLES[condition];
  if (!habit) return undefined;
  // Each line of an I/O error is worth a look; that the port does not open is said once.
  return habit.kind === "not-opening" ? { after: habit.after } : { after: habit.after, every: habit.every * 3 };
}

/** What the log has said of a modem up to `now`. Times are simulated time. */
export function saidBy(handler: Handler, now: number): ModemLog {
  const { condition, since, said } = handler;
  const lasted = now - since;
  const habit = TROUBLES[condition];
  if (condition === "suspended") return { ...said, ioErrors: recent(said.ioErrors, now), suspendedAt: since };
  if (condition === "talking" && lasted >= INITIALISED_MS) {
    const readyAt = now - ((lasted - INITIALISED_MS) % POLL_MS);
    return { ioErrors: recent(said.ioErrors, now), readyAt };
  }
  if (!habit || lasted < habit.after) return { ...said, ioErrors: recent(said.ioErrors, now) };
  const first = since + habit.after;
  const last = now - ((lasted - habit.after) % habit.every);
  return {
    ...said,
    ioErrors:
      habit.kind === "io-error" ? recent([...said.ioErrors, ...times(first, last)], now) : recent(said.ioErrors, now),
    trouble: { at: last, since: said.trouble?.since ?? first, text: habit.text, kind: habit.kind },
  };
}

function times(first: number, last: number): readonly number[] {
  const from = Math.max(first, last - 60_000 - ((last - first) % 2_000));
  const found: number[] = [];
  for (let at = from; at <= last; at += 2_000) found.push(at);
  return found;
}

function recent(errors: readonly number[], now: number): readonly number[] {
  return errors.length === 0 ? errors : errors.filter((at) => at > now - 60_000);
}

/** The digest on the agent's monotonic clock. Lines from before the agent's start are as old as they say. */
export function digestOf(world: World): LogDigest {
  const modems: Record<string, ModemLog> = {};
  for (const [name, handler] of world.smsd.handlers) {
    modems[name] = onMonotonic(world, saidBy(handler, world.now));
  }
  return {
    started: world.smsd.started,
    modems,
    fatal: [...world.smsd.fatal],
    ...(world.unmovable !== undefined && world.smsd.fatal.length > 0 ? { unmovable: world.unmovable } : {}),
  };
}

function onMonotonic(world: World, said: ModemLog): ModemLog {
  const read = (at: number) => monotonicOf(world, at);
  return {
    ioErrors: said.ioErrors.map(read),
    ...(said.readyAt === undefined ? {} : { readyAt: read(said.readyAt) }),
    ...(said.trouble
      ? { trouble: { ...said.trouble, at: read(said.trouble.at), since: read(said.trouble.since) } }
      : {}),
    ...(said.suspendedAt === undefined ? {} : { suspendedAt: read(said.suspendedAt) }),
    ...(said.dead ? { dead: { ...said.dead, at: read(said.dead.at) } } : {}),
    ...(said.pinRefused ? { pinRefused: { ...said.pinRefused, at: read(said.pinRefused.at) } } : {}),
  };
}
