import type { IssuedStep } from "../model/step.ts";
import { isPaused, sameEntries } from "./smsd-failures.ts";
import type { Situation } from "./smsd-situation.ts";

/** What our lines in smsd's suspend file shall be: what modems need, and everything while the disk is full. */
function wantedSuspensions({ demands, guards }: Situation): Readonly<Record<string, string>> {
  return guards.diskFull ? { ...demands.suspend, ALL: "the disk is full" } : demands.suspend;
}

export function suspendStep(situation: Situation): IssuedStep | undefined {
  const { input, presence, smsd } = situation;
  const modems = wantedSuspensions(situation);
  const { suspended } = input.seen.smsd;
  // The file is gone with smsd, and is written when smsd is there.
  if (!presence.running || sameEntries(modems, suspended)) return undefined;
  if (isPaused(smsd, "suspend", input.now.monotonic)) return undefined;
  return {
    subject: "smsd",
    step: { do: "suspend", modems },
    reason: { code: "suspend", sentence: sentenceOf(modems) },
  };
}

function sentenceOf(modems: Readonly<Record<string, string>>): string {
  const names = Object.keys(modems);
  if (names.length === 0) return "smsd works with all of its modems again.";
  const list = names.map((name) => (name === "ALL" ? `all modems (${modems[name]})` : `${name} (${modems[name]})`));
  return `smsd leaves alone: ${list.join(", ")}.`;
}
