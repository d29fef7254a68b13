import { type Diagnostic, hideSecrets, renderDiagnostic } from "../../core/diagnostics.ts";
import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import type { Paint } from "./paint.ts";

/** Every problem of an inventory, then how many there are. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], source: string): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const shown = hideSecrets(source, diagnostics);
  const blocks = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, shown));
  const counts = [count(errors, "error"), count(warnings, "warning")].filter((text) => text !== "").join(", ");
  return `${[...blocks, counts].join("\n\n")}\n`;
}

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** An error for people: what, why, what to do. The stack only where a bug is likely and detail was asked for. */
export function renderError(error: unknown, options: { readonly paint: Paint; readonly verbose: boolean }): string {
  const lines = [`${options.paint("red", "error:")} ${messageOf(error)}`];
  if (error instanceof ModemkeeperError) {
    if (error.why) lines.push(`  why: ${error.why}`);
    if (error.fix) lines.push(`  fix: ${error.fix}`);
  } else {
    lines.push(
      "  why: this is a fault of the program, not of your inventory",
      "  fix: run it again with -v and report what it prints",
    );
  }
  if (options.verbose && error instanceof Error && error.stack) lines.push(error.stack);
  return `${lines.join("\n")}\n`;
}
