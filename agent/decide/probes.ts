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
  const { now, modem } = facts;
  if (!memory.attached) return turn;
  const postponed = postponement(turn);
  const route = routeOf(facts, { smsdAway: isSmsdDown(facts) });
  const hindrance = postponed ?? obstacle(facts, route);
  const told = { ...turn, asking: { at: fullDueAt(turn), ...(hindrance === undefined ? {} : { hindrance }) } };
  if (postponed !== undefined) return told;
  const due = dueAt(turn);
  if (now < due) return wakeAt(told, due);
  if (!route || hindrance !== undefined || !isFree(told)) return told;
  const full = now >= fullAt(turn) || turn.failure !== undefined;
  const asked = remember(told, { probedAt: now });
  const what = full ? "identity, SIM, network and memory" : "whether it answers";
  return issue(asked, probeStep(modem.name, route.via, route.tty, full), {
    code: "probe",
    sentence: `${modem.name} is asked: ${what}.`,
  });
}

/** Why the modem is not asked whatever its ports allow; undefined if nothing speaks against it. Completes a sentence, as all of these do. */
function postponement({ facts, memory, pinRefused }: Turn): string | undefined {
  if (memory.recovery) return "it is being recovered";
  if (pinRefused) return "its SIM refused the PIN";
  if (facts.restraint) return facts.restraint.sentence;
  const { linksWrongSince, linksWritten } = memory.attached ?? {};
  // Its links come first, and take a few seconds: one step on a modem at a time.
  return linksWrongSince !== undefined && linksWritten === undefined ? "its links are being made" : undefined;
}

/** What is in the way to its ports. */
function obstacle({ bound, input }: ModemFacts, route: Route | undefined): string | undefined {
  const { lockHolder, holders } = input.seen;
  if (lockHolder) return `${lockHolder.process} (pid ${lockHolder.pid}) holds the access lock`;
  if (route || !bound) return undefined;
  if (bound.second === undefined) {
    const first = bound.at === undefined ? "its first one is missing" : `smsd holds the first (${bound.at})`;
    return `the modem has no second AT port, and ${first}`;
  }
  const [holder] = holders[bound.second] ?? [];
  const who = holder ? `${holder.process} (pid ${holder.pid})` : "another program";
  return `${who} has its second AT port (${bound.second}) open`;
}

/** Monotonic time at which the next full probe is due. */
function fullDueAt(turn: Turn): number {
  return Math.max(earliestAt(turn), fullAt(turn));
}

/** Monotonic time before which it is not asked: it has just appeared, or just been asked. */
function earliestAt({ memory, facts }: Turn): number {
  const since = (memory.attached?.since ?? 0) + APPEARED_MS;
  const again = (memory.probedAt ?? Number.NEGATIVE_INFINITY) + facts.input.inventory.watchdog.interval * 1000;
  return Math.max(since, again);
}

/** Monotonic time at which the next probe is due. While smsd gets its answers only the full one is. */
function dueAt(turn: Turn): number {
  return Math.max(earliestAt(turn), Math.min(fullAt(turn), quietAt(turn)));
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
