import type { Host } from "../../core/ports.ts";
import { execute } from "./executors.ts";
import type { Step, StepReporter } from "./steps.ts";

/** Carries one step out and tells the reporter how it went; throws what the step throws. */
export async function runStep(host: Host, step: Step, report: StepReporter): Promise<void> {
  report.begin(step);
  try {
    await execute({ host, progress: (line) => report.detail(line) }, step);
  } catch (error) {
    report.failed(step, error);
    throw error;
  }
  report.end(step);
}
