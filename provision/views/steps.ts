import { messageOf } from "../../core/errors.ts";
import type { Terminal } from "../../core/ports.ts";
import { describeStep, type Step, type StepReporter } from "../apply/steps.ts";
import { painter } from "./paint.ts";

/** One line a step on standard error; what a long step prints is shown only when it is asked for, or when the step fails. */
export function stepReporter(terminal: Terminal, options: { readonly verbose: boolean }): StepReporter {
  const paint = painter(terminal.colour);
  let details: string[] = [];
  return {
    begin(step) {
      details = [];
      if (isLong(step)) terminal.err(`  … ${describeStep(step)}\n`);
    },
    detail(line) {
      details.push(line);
      if (options.verbose) terminal.err(`      ${line}\n`);
    },
    end(step) {
      terminal.err(`  ${paint("green", "✓")} ${describeStep(step)}\n`);
    },
    failed(step, error) {
      terminal.err(`  ${paint("red", "✗")} ${describeStep(step)}: ${messageOf(error)}\n`);
      if (!options.verbose) for (const line of details.slice(-10)) terminal.err(`      ${line}\n`);
    },
  };
}

function isLong(step: Step): boolean {
  return step.do === "install-packages" || step.do === "control" || step.do === "trigger-udev";
}
