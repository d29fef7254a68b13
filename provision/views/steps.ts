import { messageOf } from "../../core/errors.ts";
import type { Terminal } from "../../core/ports.ts";
import { describeStep, type Step, type StepReporter } from "../apply/steps.ts";
import { painter } from "./paint.ts";

const LAST_LINES = 10;

/**
 * One line a step on standard error. On a terminal, a long step shows the line it is at;
 * what it printed stays only if it was asked for, or if the step failed.
 */
export function stepReporter(terminal: Terminal, options: { readonly verbose: boolean }): StepReporter {
  const paint = painter(terminal.colour);
  const passing = passingLine(terminal);
  let details: string[] = [];
  return {
    begin(step) {
      details = [];
      if (isLong(step)) passing.show(`… ${describeStep(step)}`);
    },
    detail(line) {
      details.push(line);
      if (options.verbose) terminal.err(`      ${line}\n`);
      else passing.show(`… ${line}`);
    },
    end(step) {
      passing.clear();
      if (isQuiet(step) && !options.verbose) return;
      terminal.err(`  ${paint("green", "✓")} ${describeStep(step)}\n`);
    },
    failed(step, error) {
      passing.clear();
      terminal.err(`  ${paint("red", "✗")} ${describeStep(step)}: ${messageOf(error)}\n`);
      if (!options.verbose) for (const line of details.slice(-LAST_LINES)) terminal.err(`      ${line}\n`);
    },
  };
}

/** Book-keeping, one for each resource: worth a line only when it fails. */
function isQuiet(step: Step): boolean {
  return step.do === "keep-original" || step.do === "forget-original";
}

function isLong(step: Step): boolean {
  return step.do === "install-packages" || step.do === "control" || step.do === "trigger-udev";
}

/** A line that the next one takes the place of; in a log it would be noise, so there it is not shown. */
function passingLine(terminal: Terminal): { show(text: string): void; clear(): void } {
  const ERASE = "\r\u001b[2K";
  const WIDTH = 78;
  let shown = false;
  return {
    show(text) {
      if (!terminal.colour) return;
      shown = true;
      terminal.err(`${ERASE}  ${text.replace(/\p{Cc}/gu, " ").slice(0, WIDTH)}`);
    },
    clear() {
      if (shown) terminal.err(ERASE);
      shown = false;
    },
  };
}
