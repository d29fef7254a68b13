import { messageOf } from "../../core/errors.ts";
import type { Host } from "../../core/ports.ts";
import { runStep } from "./run-step.ts";
import { describeStep, isEffect, type Step, type StepReporter } from "./steps.ts";

/**
 * Puts things back: files, users and packages in reverse order, then each running program is told once more.
 * Goes on after a failure; returns one sentence for each thing that could not be put back.
 */
export async function undo(
  host: Host,
  inverses: readonly (readonly Step[])[],
  report: StepReporter,
): Promise<readonly string[]> {
  const steps = [...inverses].reverse().flat();
  const state = steps.filter((step) => !isEffect(step));
  const effects = inverses.flat().filter(isEffect);
  const left: string[] = [];
  for (const step of [...state, ...effects]) {
    try {
      await runStep(host, step, report);
    } catch (error) {
      left.push(`${describeStep(step)}: ${messageOf(error)}`);
    }
  }
  return left;
}
