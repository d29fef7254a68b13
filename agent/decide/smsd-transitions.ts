import type { Outcome, Transition } from "../model/step.ts";
import { spokenDuration } from "./durations.ts";
import { serviceOutcomes } from "./smsd-failures.ts";
import type { Situation } from "./smsd-situation.ts";

/** What was done or happened once, for the timeline: what began and is over is told of findings. */
export function serviceTransitions(situation: Situation): readonly Transition[] {
  const done = serviceOutcomes(situation.input).flatMap((outcome) => (outcome.ok ? (doneBy(outcome) ?? []) : []));
  return [...done, ...(startedTransition(situation) ?? []), ...takenTransition(situation)];
}

/** Who edits the inventory wants to see that it counts, also where no file on the host depends on what was edited. */
function takenTransition({ input }: Situation): readonly Transition[] {
  const { state, digest } = input.seen.configuration;
  const before = input.memory.configuration.tried?.digest;
  if (state !== "converged" || before === undefined || before === digest) return [];
  return [done("host", "inventory-taken", "An edited inventory is in force; nothing on the host differs from it.")];
}

function startedTransition({ input, presence }: Situation): readonly Transition[] | undefined {
  const { downSince } = input.memory.smsd;
  if (downSince === undefined || !presence.running) return undefined;
  const lasted = spokenDuration(input.now.monotonic - downSince);
  return [done("smsd", "smsd-started", `smsd runs again; it was down for ${lasted}.`)];
}

function doneBy({ subject, step, detail }: Outcome): Transition | undefined {
  switch (step.do) {
    case "clear-flag":
      return done(subject, "flag-cleared", `The manual stop flag ${step.path} is cleared.`);
    case "restart-smsd":
      return done(subject, "smsd-restarted", `smsd was restarted: ${detail}`);
    case "adopt-smsd":
      return done(subject, "smsd-adopted", "smsd runs as its service again, and nowhere else.");
    case "stop-smsd":
      if (step.grace === 0)
        return done(subject, "smsd-remnants-ended", "What smsd's main process left behind is ended.");
      return done(subject, "smsd-stopped", "smsd is stopped, so that a modem can be recovered.");
    case "apply-inventory":
      return { ...done(subject, "inventory-applied", `The inventory is applied: ${detail}`), notify: true };
    case "set-aside":
      return {
        ...done(subject, "message-set-aside", `A message that smsd sent but could not move is kept in ${step.folder}.`),
        level: "warning",
        notify: true,
      };
    default:
      return undefined;
  }
}

function done(subject: Transition["subject"], code: string, sentence: string): Transition {
  return { subject, code, level: "info", sentence, phase: "done", notify: false };
}
