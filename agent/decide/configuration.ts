import { type Finding, findingKey } from "../model/finding.ts";
import type { ConfigurationMemory } from "../model/memory.ts";
import type { IssuedStep, Outcome } from "../model/step.ts";
import { serviceOutcomes } from "./smsd-failures.ts";
import { isBusy, isWantedDown, type Situation, unmovable } from "./smsd-situation.ts";

export interface ConfigurationDecision {
  readonly step?: IssuedStep;
  readonly findings: readonly Finding[];
  readonly memory: ConfigurationMemory;
}

type Tried = NonNullable<ConfigurationMemory["tried"]>;

/** An application whose end nobody saw is begun again so often, and no more: it may be what kills the agent. */
const BEGUN_AT_MOST = 3;

/**
 * The inventory and the host: an edited inventory is applied once; what was changed by hand is reported, and put right when
 * a modem comes back, since the files are then rendered anew for what is present.
 */
export function decideConfiguration(situation: Situation, hostIsFree: boolean): ConfigurationDecision {
  const { configuration } = situation.input.seen;
  const tried = rememberTried(situation);
  const cause = configuration.state === "differs" ? causeToApply(situation, tried) : undefined;
  if (!cause || !hostIsFree || !mayApply(situation)) {
    const waiting = cause && !isBusy(situation.input) && !mayApply(situation) ? [waits(cause)] : [];
    return {
      findings: [...findingsOf(situation, tried, cause !== undefined), ...waiting],
      memory: tried ? { tried } : {},
    };
  }
  const begun = (tried?.digest === configuration.digest ? (tried.begun ?? 0) : 0) + 1;
  return {
    step: { subject: "host", step: { do: "apply-inventory", cause: cause.sentence }, reason: cause },
    findings: findingsOf(situation, tried, true),
    memory: { tried: { digest: configuration.digest, at: situation.input.now.monotonic, ok: false, begun } },
  };
}

/** What is known of the last attempt after the outcomes of this pass. */
function rememberTried({ input }: Situation): Tried | undefined {
  const { configuration } = input.seen;
  const { tried } = input.memory.configuration;
  const outcome = applied(input.seen.outcomes);
  if (outcome && tried) return { digest: tried.digest, at: tried.at, ok: outcome.ok };
  if (configuration.state !== "converged") return tried;
  // A person may have applied it; and a modem that came back to a host that is as it should be wants nothing.
  const at = Math.max(tried?.at ?? input.now.monotonic, newestArrival(input.memory.modems));
  const same = tried?.digest === configuration.digest && tried.ok && tried.at === at && tried.begun === undefined;
  return same ? tried : { digest: configuration.digest, at, ok: true };
}

function applied(outcomes: readonly Outcome[]): Outcome | undefined {
  return outcomes.findLast(({ step }) => step.do === "apply-inventory");
}

function newestArrival(modems: Situation["input"]["memory"]["modems"]): number {
  return Math.max(0, ...Object.values(modems).map(({ attached }) => attached?.since ?? 0));
}

function causeToApply({ input }: Situation, tried: Tried | undefined): IssuedStep["reason"] | undefined {
  const { digest } = input.seen.configuration;
  if (tried?.digest !== digest) {
    return { code: "inventory-edited", sentence: "The inventory was edited: it is applied." };
  }
  if (tried.begun !== undefined && tried.begun < BEGUN_AT_MOST) {
    return { code: "inventory-half-applied", sentence: "Applying the inventory was cut off: it is done again." };
  }
  if (newestArrival(input.memory.modems) > tried.at) {
    return {
      code: "modem-returned",
      sentence: "A modem came back, and the host differs from the inventory: it is applied.",
    };
  }
  return undefined;
}

/** Applying may start or restart smsd, and writes to the disk: it waits for whatever forbids that. */
function mayApply(situation: Situation): boolean {
  const { input } = situation;
  if (isBusy(input) || unmovable(situation) !== undefined) return false;
  const { guards } = situation;
  // Where every PIN was refused, only what does not start smsd is applied, or what brings another PIN.
  const pinOnly = guards.pinRefused && (!input.seen.configuration.restartsSmsd || bringsAnotherPin(situation));
  return !isWantedDown(pinOnly ? { ...situation, guards: { ...guards, pinRefused: false } } : situation);
}

function bringsAnotherPin({ input }: Situation): boolean {
  const { pins } = input.seen.configuration;
  return Object.entries(input.memory.modems).some(([name, { refusedPin }]) => {
    return refusedPin !== undefined && refusedPin !== (pins[name] ?? "");
  });
}

function findingsOf(situation: Situation, tried: Tried | undefined, pending: boolean): readonly Finding[] {
  const { seen } = situation.input;
  const { configuration } = seen;
  if (configuration.state === "invalid") return [invalid(configuration.details)];
  if (configuration.state !== "differs" || pending || tried?.digest !== configuration.digest) return [];
  // What was seen together with the end of an attempt may have been looked at before it.
  if (tried.ok) return applied(seen.outcomes) ? [] : [differs(configuration.details)];
  // The end of an attempt that runs is not known yet.
  const runs = tried.begun !== undefined && seen.running.some(({ subject }) => subject === "host");
  return runs ? [] : [notApplied(situation)];
}

function invalid(details: readonly string[]): Finding {
  return {
    code: "inventory-invalid",
    subject: "host",
    level: "warning",
    sentence: "The inventory is refused; the last good one stays in force.",
    evidence: details,
    fix: "Run `provision validate`, which shows each problem and its place.",
    notify: true,
  };
}

/** Only where it waits for more than a step to end: a manual stop, a recovery, room on the disk, a PIN. */
function waits(cause: IssuedStep["reason"]): Finding {
  return {
    code: "inventory-waits",
    subject: "host",
    level: "info",
    sentence: "The inventory is to be applied, and that waits until smsd may be started or restarted again.",
    evidence: [cause.sentence],
    notify: false,
  };
}

function differs(details: readonly string[]): Finding {
  return {
    code: "configuration-differs",
    subject: "host",
    level: "warning",
    sentence: "The host differs from the inventory though that was not edited: somebody or something changed it.",
    evidence: details,
    fix: "Run `provision plan` to see how, and `provision apply` to undo it; lasting changes belong in the inventory.",
    notify: true,
  };
}

function notApplied({ input }: Situation): Finding {
  const key = findingKey({ code: "inventory-not-applied", subject: "host" });
  const detail = applied(serviceOutcomes(input))?.detail;
  return {
    code: "inventory-not-applied",
    subject: "host",
    level: "critical",
    sentence: "The inventory could not be applied; the host is in part as it was before.",
    evidence: detail === undefined ? (input.memory.findings[key]?.evidence ?? ["it was cut off"]) : [detail],
    fix: "Run `provision apply`, which says what is in the way and goes on from there.",
    notify: true,
  };
}
