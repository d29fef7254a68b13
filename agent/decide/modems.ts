import type { Modem } from "../../core/model/inventory.ts";
import { modemSubject } from "../model/finding.ts";
import { type ModemMemory, NEW_MODEM } from "../model/memory.ts";
import { judgeFlag } from "./flag.ts";
import { health } from "./health.ts";
import { hearing } from "./hearing.ts";
import { identity } from "./identity.ts";
import { ladder } from "./ladder.ts";
import { links } from "./links.ts";
import { listening } from "./listening.ts";
import { bindAll, type ModemBindings } from "./modem-bindings.ts";
import { modemRestarts } from "./modem-restarts.ts";
import type { ModemFacts, Restraint, Turn } from "./modem-turn.ts";
import { pin } from "./pin.ts";
import { poison } from "./poison.ts";
import { presence } from "./presence.ts";
import { probes } from "./probes.ts";
import { presenceOf } from "./smsd-presence.ts";
import { suspensions } from "./suspensions.ts";
import type { DecisionInput, ModemsDecision, SmsdDemands } from "./types.ts";
import { unclaimedFindings } from "./unclaimed.ts";

/** Nothing sleeps longer than the slow look at everything. */
const LONGEST_SLEEP_MS = 30_000;

/**
 * What to do about the modems, and what they need of smsd. First each modem is looked at by itself; then each is acted
 * upon, which takes into account how the others are: none that works pays for one that does not.
 */
export function decideModems(input: DecisionInput): ModemsDecision {
  const bindings = bindAll(input.inventory, input.seen, input.memory);
  const smsd = presenceOf(input.memory.smsd, input.seen.smsd, input.now);
  const restraint = restraintOf(input, smsd.up);
  const common = { input, smsdSince: smsd.up?.since, restraint };
  const looked = input.inventory.modems.map((modem) => look(turnOf(modem, bindings, common)));
  const turns = looked.map((turn) =>
    treat(
      turn,
      looked.filter((other) => other !== turn),
    ),
  );
  const now = input.now.monotonic;
  const wakes = turns.flatMap((turn) => turn.wakes).filter((time) => time > now);
  return {
    steps: turns.flatMap((turn) => turn.step ?? []),
    findings: [...turns.flatMap((turn) => turn.findings), ...unclaimedFindings(input.inventory, bindings.unclaimed)],
    transitions: turns.flatMap((turn) => turn.transitions),
    modems: Object.fromEntries(turns.map((turn) => [turn.facts.modem.name, turn.memory])),
    wakeAt: Math.min(now + LONGEST_SLEEP_MS, ...wakes),
    listen: turns.flatMap((turn) => turn.listening ?? []),
    asking: Object.fromEntries(turns.flatMap(({ facts, asking }) => (asking ? [[facts.modem.name, asking]] : []))),
    demands: demandsOf(turns),
  };
}

function look(turn: Turn): Turn {
  return [hearing, presence, pin, poison, identity, links, health].reduce((next, rule) => rule(next), turn);
}

function treat(turn: Turn, others: readonly Turn[]): Turn {
  const work = others.some((other) => other.healthy && !other.memory.recovery);
  const present = others.some((other) => other.memory.attached !== undefined);
  const climbed = modemRestarts(ladder(turn, { work, present }), work);
  return [probes, suspensions, listening].reduce((next, rule) => rule(next), climbed);
}

interface Common {
  readonly input: DecisionInput;
  readonly smsdSince: number | undefined;
  readonly restraint: Restraint | undefined;
}

function turnOf(modem: Modem, bindings: ModemBindings, { input, smsdSince, restraint }: Common): Turn {
  const subject = modemSubject(modem.name);
  const { seen } = input;
  const bound = bindings.bound.get(modem.name);
  const log = own(seen.smsd.log.modems, modem.name);
  const traffic = own(seen.smsd.log.traffic ?? {}, modem.name);
  const facts: ModemFacts = {
    input,
    now: input.now.monotonic,
    modem,
    subject,
    ...(bound ? { bound } : {}),
    ...(log ? { log } : {}),
    ...(traffic ? { traffic } : {}),
    outcomes: seen.outcomes.filter((outcome) => outcome.subject === subject),
    busy: seen.running.some((running) => running.subject === subject),
    ...(restraint ? { restraint } : {}),
    ...(smsdSince === undefined ? {} : { smsdSince }),
  };
  const memory: ModemMemory = own(input.memory.modems, modem.name) ?? NEW_MODEM;
  return { facts, memory, findings: [], transitions: [], wakes: [], healthy: false, pinRefused: false };
}

/** A modem may have any name, that of a member of every object, too. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A person comes first: one who works on the host now, or who stopped smsd. */
function restraintOf(input: DecisionInput, up: Parameters<typeof judgeFlag>[1]): Restraint | undefined {
  const { operator } = input.seen;
  if (judgeFlag(input, up).standing === "in-force") {
    return { kind: "manual-stop", sentence: "a person stopped smsd on purpose" };
  }
  return operator && { kind: "operator", sentence: `${operator.process} (pid ${operator.pid}) works on the host` };
}

function demandsOf(turns: readonly Turn[]): SmsdDemands {
  const holding = turns.find((turn) => turn.hold !== undefined);
  const restarting = turns.find((turn) => turn.restart !== undefined);
  const suspended = turns.filter((turn) => turn.suspend !== undefined);
  return {
    ...(holding?.hold === undefined ? {} : { hold: { modem: holding.facts.modem.name, sentence: holding.hold } }),
    ...(restarting?.restart ? { restart: { modem: restarting.facts.modem.name, ...restarting.restart } } : {}),
    suspend: Object.fromEntries(suspended.map((turn) => [turn.facts.modem.name, turn.suspend ?? ""])),
    pinRefused: turns.filter((turn) => turn.pinRefused).map((turn) => turn.facts.modem.name),
  };
}
