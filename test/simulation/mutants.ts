import { decide } from "../../agent/decide/decide.ts";
import type { Decision, DecisionInput } from "../../agent/decide/types.ts";
import type { Memory, ModemMemory } from "../../agent/model/memory.ts";
import type { Observation } from "../../agent/model/observation.ts";
import type { IssuedStep } from "../../agent/model/step.ts";
import type { Decide } from "./run/driver.ts";

/** The decision with one deliberate defect, and the invariants of which one must notice. */
export interface Mutant {
  readonly name: string;
  readonly caughtBy: readonly string[];
  readonly decide: Decide;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "does not see the manual stop flag",
    caughtBy: ["no-start-under-flag", "leftover-flag-cleared"],
    decide: seeing(({ flag: _flag, ...seen }) => seen),
  },
  {
    name: "forgets to clear a leftover flag",
    caughtBy: ["leftover-flag-cleared", "converges"],
    decide: without(({ step }) => step.do === "clear-flag"),
  },
  {
    name: "does not see that the disk is full",
    caughtBy: ["no-start-on-full-disk"],
    decide: seeing((seen) => ({ ...seen, disk: { ...seen.disk, bytes: 1e9, files: 1e6 } })),
  },
  {
    name: "forgets that a PIN was refused",
    caughtBy: ["no-start-with-refused-pins"],
    decide: forgetfulOfPins,
  },
  {
    name: "never starts smsd again",
    caughtBy: ["smsd-is-started"],
    decide: without(({ step }) => step.do === "start-smsd"),
  },
  {
    name: "starts smsd again and again without a pause",
    caughtBy: ["starts-are-paced"],
    decide: remembering((memory) => ({ ...memory, smsd: { ...memory.smsd, failures: 0, notBefore: 0 } })),
  },
  {
    name: "ignores the boot grace",
    caughtBy: ["no-reset-in-boot-grace"],
    decide: forModems((modem) => ({
      ...modem,
      ...(modem.attached ? { attached: { ...modem.attached, since: -3_600_000 } } : {}),
      ...(modem.recovery ? { recovery: { ...modem.recovery, phaseSince: modem.recovery.phaseSince - 600_000 } } : {}),
    })),
  },
  {
    name: "has neither a budget nor a pause for recoveries",
    caughtBy: ["recovery-budget"],
    decide: forModems((modem) => ({ ...modem, rungs: [], notBefore: 0, failedRecoveries: 0 })),
  },
  {
    name: "resets what is not on the bus",
    caughtBy: ["no-reset-of-absent"],
    decide: resetsAbsent,
  },
  {
    name: "does not know what is under way",
    caughtBy: ["one-step-a-subject"],
    decide: seeing((seen) => ({ ...seen, running: [] })),
  },
  {
    name: "does not see that a person is at work",
    caughtBy: ["waits-for-people"],
    decide: seeing(({ operator: _operator, ...seen }) => seen),
  },
  {
    name: "stops smsd where it should suspend one modem",
    caughtBy: ["healthy-sibling-uninterrupted"],
    decide: stopsInstead,
  },
  {
    name: "never lets smsd have a modem back",
    caughtBy: ["converges"],
    decide: without(({ step }) => step.do === "suspend" && Object.keys(step.modems).length === 0),
  },
  {
    name: "takes smsd to have let go of a modem that it works with",
    caughtBy: ["no-reset-under-smsd", "port-is-free"],
    decide: believesLetGo,
  },
  {
    name: "restarts smsd now and then, to be on the safe side",
    caughtBy: ["leaves-well-alone"],
    decide: restartsForLuck,
  },
  {
    name: "gives no reason",
    caughtBy: ["reasons"],
    decide: changed((decision) => ({
      ...decision,
      steps: decision.steps.map((issued) => ({ ...issued, reason: { ...issued.reason, sentence: "" } })),
    })),
  },
  {
    name: "does not say that a finding is over",
    caughtBy: ["findings-begin-and-end"],
    decide: changed((decision) => ({
      ...decision,
      transitions: decision.transitions.filter(({ phase }) => phase !== "over"),
    })),
  },
  {
    name: "remembers what JSON cannot carry",
    caughtBy: ["memory-is-json"],
    decide: changed((decision) => ({
      ...decision,
      memory: { ...decision.memory, smsd: { ...decision.memory.smsd, notBefore: Number.NEGATIVE_INFINITY } },
    })),
  },
  {
    name: "wakes at once, for ever",
    caughtBy: ["sleeps"],
    decide: (input) => ({ ...decide(input), wakeAt: input.now.monotonic + 1 }),
  },
];

function seeing(change: (seen: Observation) => Observation): Decide {
  return (input) => decide({ ...input, seen: change(input.seen) });
}

function remembering(change: (memory: Memory) => Memory): Decide {
  return (input) => decide({ ...input, memory: change(input.memory) });
}

function forModems(change: (modem: ModemMemory) => ModemMemory): Decide {
  return remembering((memory) => {
    const modems = Object.entries(memory.modems).map(([name, modem]) => [name, change(modem)] as const);
    return { ...memory, modems: Object.fromEntries(modems) };
  });
}

function changed(change: (decision: Decision) => Decision): Decide {
  return (input) => change(decide(input));
}

function without(unwanted: (issued: IssuedStep) => boolean): Decide {
  return changed((decision) => ({ ...decision, steps: decision.steps.filter((issued) => !unwanted(issued)) }));
}

function forgetfulOfPins({ memory, seen, ...rest }: DecisionInput): Decision {
  const modems = Object.entries(memory.modems).map(([name, { refusedPin: _pin, ...modem }]) => [name, modem] as const);
  const logs = Object.entries(seen.smsd.log.modems).map(([name, { pinRefused: _refused, ...log }]) => {
    return [name, log] as const;
  });
  const log = { ...seen.smsd.log, modems: Object.fromEntries(logs) };
  return decide({
    ...rest,
    memory: { ...memory, modems: Object.fromEntries(modems) },
    seen: { ...seen, smsd: { ...seen.smsd, log } },
  });
}

function resetsAbsent(input: DecisionInput): Decision {
  const decision = decide(input);
  const { modems } = input.inventory;
  const absent = modems.find(({ match }) => input.seen.attached.every(({ port }) => port !== match.port));
  if (!absent || input.seen.operator || input.seen.running.length > 0) return decision;
  const issued: IssuedStep = {
    subject: `modem:${absent.name}`,
    step: { do: "usb-reset", modem: absent.name, device: "1-2.9" },
    reason: { code: "absent", sentence: "It is not there, so it is reset." },
  };
  return { ...decision, steps: [issued] };
}

function believesLetGo(input: DecisionInput): Decision {
  const { seen, memory } = input;
  const recovered = Object.entries(memory.modems).filter(([, { recovery }]) => recovery !== undefined);
  const suspended = Object.fromEntries(recovered.map(([name]) => [name, "it is being recovered"]));
  return decide({ ...input, seen: { ...seen, smsd: { ...seen.smsd, suspended } } });
}

function restartsForLuck(input: DecisionInput): Decision {
  const decision = decide(input);
  const { up } = input.memory.smsd;
  const idle =
    decision.steps.length === 0 && input.seen.running.length === 0 && !input.seen.operator && !input.seen.flag;
  if (!idle || !up || input.now.monotonic - up.since < 150_000) return decision;
  const reason = { code: "for-luck", sentence: "smsd has run for a while, so it is restarted." };
  return { ...decision, steps: [{ subject: "smsd", step: { do: "restart-smsd", grace: 10_000 }, reason }] };
}

function stopsInstead(input: DecisionInput): Decision {
  const decision = decide(input);
  const steps = decision.steps.map((issued): IssuedStep => {
    const { step } = issued;
    if (step.do !== "suspend" || Object.keys(step.modems).length === 0) return issued;
    return { ...issued, step: { do: "stop-smsd", grace: 10_000 } };
  });
  return { ...decision, steps };
}
