import { findingKey } from "../../../agent/model/finding.ts";
import { terminalOf } from "../world/shown.ts";
import { isLetGo } from "./truth.ts";
import type { Invariant, Pass } from "./types.ts";

/** Of every so many passes one has its memory taken through JSON; a restarted agent's always is. */
const JSON_EVERY = 29;
const BURST = 35;
const BURST_MS = 2_000;

export const FORM_INVARIANTS: readonly Invariant[] = [
  {
    name: "one-step-a-subject",
    sentence: "No subject has two steps at a time, and a modem never two rungs.",
    watch: () => twoSteps,
  },
  {
    name: "waits-for-people",
    sentence: "While a person's command works on the machine, nothing is begun.",
    watch: () => (pass) => {
      const [first] = pass.decision.steps;
      return first && pass.world.operator ? `${first.step.do} beside a person's command` : undefined;
    },
  },
  {
    name: "port-is-free",
    sentence: "A modem's AT port is asked only when smsd has let go of it, or has been asked long enough to.",
    watch: () => probeUnderSmsd,
  },
  {
    name: "reasons",
    sentence: "Every step, finding and transition has a code and a sentence.",
    watch: () => withoutReason,
  },
  {
    name: "findings-begin-and-end",
    sentence: "Each finding begins once and ends once, and the timeline says both.",
    watch: () => unevenFindings,
  },
  { name: "memory-is-json", sentence: "The memory survives being written to disk.", watch: watchMemory },
  {
    name: "sleeps",
    sentence: "The time of the next look lies ahead, and passes do not call for passes.",
    watch: watchSleep,
  },
];

function twoSteps({ decision, seen }: Pass): string | undefined {
  const busy = new Set<string>(seen.running.map(({ subject }) => subject));
  const modems = new Set<string>();
  for (const { subject, step } of decision.steps) {
    if (busy.has(subject)) return `${step.do} for ${subject}, which has a step already`;
    busy.add(subject);
    if (!("modem" in step)) continue;
    if (modems.has(step.modem)) return `two steps on ${step.modem}`;
    modems.add(step.modem);
  }
  return undefined;
}

function probeUnderSmsd(pass: Pass): string | undefined {
  for (const { step } of pass.decision.steps) {
    if (step.do !== "probe") continue;
    const modem = pass.world.modems.find(({ entry }) => entry.name === step.modem);
    const isAt = modem !== undefined && step.tty === terminalOf(modem, "AT");
    if (isAt && !isLetGo(pass, step.modem)) return `a probe on ${step.tty}, which smsd uses for ${step.modem}`;
  }
  return undefined;
}

function withoutReason({ decision }: Pass): string | undefined {
  const said = [...decision.transitions, ...decision.findings, ...decision.steps.map(({ reason }) => reason)];
  const bare = said.find(({ code, sentence }) => code === "" || sentence.trim().length < 8);
  return bare && `${JSON.stringify(bare)} says too little`;
}

function unevenFindings({ before, decision }: Pass): string | undefined {
  const known = Object.keys(before.findings);
  if (known.length + decision.findings.length + decision.transitions.length === 0) return undefined;
  const were = new Set(known);
  const are = new Set(decision.findings.map(findingKey));
  const begun = new Set(keysOf(decision, "begun"));
  const over = new Set(keysOf(decision, "over"));
  const silentBegin = [...are].find((key) => !were.has(key) && !begun.has(key));
  if (silentBegin) return `${silentBegin} began, and the timeline does not say so`;
  const silentEnd = [...were].find((key) => !are.has(key) && !over.has(key));
  if (silentEnd) return `${silentEnd} ended, and the timeline does not say so`;
  // One that becomes graver begins anew, and is the same finding all the same.
  const level = new Map(decision.findings.map((finding) => [findingKey(finding), finding.level]));
  const twice = [...begun].find((key) => before.findings[key]?.level === level.get(key) && !over.has(key));
  return twice && `${twice} began again without having ended`;
}

function keysOf(decision: Pass["decision"], phase: "begun" | "over"): readonly string[] {
  return decision.transitions.filter((one) => one.phase === phase).map(findingKey);
}

function watchMemory() {
  let passes = 0;
  return ({ decision }: Pass): string | undefined => {
    passes += 1;
    if (passes % JSON_EVERY !== 0) return undefined;
    const text = JSON.stringify(decision.memory);
    if (/:null\b|\[null|,null/.test(text)) return "the memory holds a number that JSON cannot carry";
    return JSON.stringify(JSON.parse(text)) === text ? undefined : "the memory changes when it is written and read";
  };
}

function watchSleep() {
  const recent: number[] = [];
  return ({ decision, now, world }: Pass): string | undefined => {
    if (!(decision.wakeAt > now.monotonic)) return `it wakes at ${decision.wakeAt}, and it is ${now.monotonic}`;
    recent.push(world.now);
    while ((recent[0] ?? 0) < world.now - BURST_MS) recent.shift();
    return recent.length > BURST ? `${recent.length} passes within ${BURST_MS / 1000} s` : undefined;
  };
}
