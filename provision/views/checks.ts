import type { Check } from "../verify/check.ts";
import type { Paint } from "./paint.ts";

const SIGN = { ok: "✓", info: "·", warning: "!", error: "✗" } as const;
const COLOUR = { ok: "green", info: "blue", warning: "yellow", error: "red" } as const;

/** What a look at the host found, one line each, with what to do below where something needs doing. */
export function renderChecks(checks: readonly Check[], paint: Paint): string {
  return checks
    .map((check) => {
      const line = `  ${paint(COLOUR[check.level], SIGN[check.level])} ${check.name}: ${check.sentence}\n`;
      return check.fix === undefined ? line : `${line}      fix: ${check.fix}\n`;
    })
    .join("");
}
