import type { SmsdLogLine } from "./smsd-log.ts";
import { classifyLine, type LineKind } from "./smsd-log-class.ts";

/** The lines since smsd's main process last started. */
export function sinceLastStart(lines: readonly SmsdLogLine[]): readonly SmsdLogLine[] {
  const start = lines.findLastIndex((line) => classifyLine(line).kind === "started");
  return start === -1 ? lines : lines.slice(start);
}

/** How one modem's process stands with its modem. */
export type ModemProgress =
  | { readonly state: "ready"; readonly evidence: string }
  | { readonly state: "waiting"; readonly evidence: string }
  | { readonly state: "failed"; readonly evidence: string };

/** After these smsd does nothing more with a modem until it is started again. */
const FINAL: ReadonlySet<LineKind> = new Set([
  "pin-refused",
  "sim-locked",
  "sim-unexpected",
  "pin-missing",
  "registration-denied",
  "giving-up",
  "process-ended",
]);
const TELLING: ReadonlySet<LineKind> = new Set(["progress", "io-error", "not-opening", "not-answering"]);

/** Reads a modem's progress from the lines since the last start; the newest telling line decides, a final one always. */
export function modemProgress(lines: readonly SmsdLogLine[], modem: string): ModemProgress {
  const own = lines.filter((line) => line.process === modem);
  const final = own.findLast((line) => FINAL.has(classifyLine(line).kind));
  if (final) return { state: "failed", evidence: final.text };
  const telling = own.findLast((line) => TELLING.has(classifyLine(line).kind));
  if (!telling) return { state: "waiting", evidence: "smsd has not spoken of it since it started" };
  const ready = classifyLine(telling).kind === "progress";
  return { state: ready ? "ready" : "waiting", evidence: telling.text };
}
