import type { AgentStep, ProbeRoute } from "../model/step.ts";
import { FRESH_MS } from "./checks/modem-answer.ts";
import { pollMs } from "./checks/modem-progress.ts";
import { MINUTE } from "./durations.ts";
import { bootedAt } from "./health.ts";
import { isFree, issue, type ModemFacts, remember, type Turn, wakeAt } from "./modem-turn.ts";

/** Identity, SIM, registration, signal and storage change slowly. */
const FULL_EVERY_MS = 5 * MINUTE;
/** A modem that has just appeared answers nothing yet. */
const APPEARED_MS = 5_000;
/** So many polls of smsd without an answer are no chance. */
const QUIET_POLLS = 3;
/** Longer than a probe lasts. */
const STAYS_DOWN_MS = 10_000;

export interface Route {
  readonly via: ProbeRoute;
  readonly tty: string;
}

/**
 * The port on which the modem is asked: the second AT port if nobody else holds it, which is no trouble for smsd; the AT
 * port only while smsd is away from it. A recovery asks on the AT port first, since that is the one that must work. smsd's
 * `regular_run_cmdfile` is no route: it would tell nothing of a modem that smsd gets no answer from, and answers after
 * `regular_run_interval` only.
 */
export function routeOf({ bound, input }: ModemFacts, { smsdAway }: { readonly smsdAway: boolean }): Route | undefined {
  const unheld = (tty: string | undefined) => tty !== undefined && (input.seen.holders[tty] ?? []).length === 0;
  const at =
    smsdAway && bound?.at !== undefined && unheld(bound.at) ? { via: "at" as const, tty: bound.at } : undefined;
  const second =
    bound?.second !== undefined && unheld(bound.second) ? { via: "second" as const, tty: bound.second } : undefined;
  return at ?? second;
}

export function probeStep(modem: string, via: ProbeRoute, tty: string, full: boolean): AgentStep {
  return { do: "probe", modem, via, tty, full };
}

/** Asks the modem how it is, where smsd's progress does not tell, and now and then for what smsd does not tell at all. */
export function probes(turn: Turn): Turn {
  const { facts, memory } = turn;
  const { now, modem, input } = facts;
  const { attached, recovery } = memory;
  if (!attached || recovery || turn.pinRefused || facts.restraint) return turn;
  // Its links come first, and take a few seconds: one step on a modem at a time.
  if (attached.linksWrongSince !== undefined && attached.linksWritten === undefined) return turn;
  const due = dueAt(turn);
  if (now < due) return wakeAt(turn, due);
  const route = routeOf(facts, { smsdAway: isSmsdDown(facts) });
  if (!route || !isFree(turn) || input.seen.lockHolder) return turn;
  const full = now >= fullAt(turn) || turn.failure !== undefined;
  const asked = remember(turn, { probedAt: now });
  const what = full ? "identity, SIM, network and memory" : "whether it answers";
  return issue(asked, probeStep(modem.name, route.via, route.tty, full), {
    code: "probe",
    sentence: `${modem.name} is asked: ${what}.`,
  });
}

/** Monotonic time at which the next probe is due. While smsd gets its answers only the full one is. */
function dueAt(turn: Turn): number {
  const { memory, facts } = turn;
  const since = (memory.attached?.since ?? 0) + APPEARED_MS;
  const again = (memory.probedAt ?? Number.NEGATIVE_INFINITY) + facts.input.inventory.watchdog.interval * 1000;
  return Math.max(since, again, Math.min(fullAt(turn), quietAt(turn)));
}

/** Monotonic time from which smsd's last answer is too old to speak for the modem: it may hang, or a message be on its way. */
function quietAt({ facts, memory, healthy }: Turn): number {
  const { readyAt } = facts.log ?? {};
  if (!healthy || memory.expectedSince === undefined || readyAt === undefined) return Number.NEGATIVE_INFINITY;
  return readyAt + Math.max(FRESH_MS, QUIET_POLLS * pollMs(facts.input.inventory, facts.modem));
}

function fullAt(turn: Turn): number {
  const { memory } = turn;
  const since = memory.attached?.since ?? 0;
  const last = memory.lastFullProbeAt;
  if (last !== undefined && last >= since) return last + FULL_EVERY_MS;
  return memory.attached?.talkingSince ?? bootedAt(turn);
}

/** It is down and will not be started before a probe has ended: its starts fail, and wait for each other. */
function isSmsdDown({ input, smsdSince, now }: ModemFacts): boolean {
  if (smsdSince !== undefined || input.memory.smsd.notBefore - now < STAYS_DOWN_MS) return false;
  return !input.seen.running.some(({ subject }) => subject === "smsd");
}
