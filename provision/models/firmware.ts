import satisfies from "semver/functions/satisfies.js";
import type { ModemModel, Quirk } from "../../core/model/modem-model.ts";
import type { SmsdSettings } from "../../core/model/smsd-value.ts";
import { checkPattern, MAX_INPUT } from "./pattern.ts";

const MAX_ANSWER = 1000;

/**
 * The firmware revision as a semver version, e.g. `20.5.0` from `+CGMR: LE20B05SIM7600G22` or from the bare revision.
 * Undefined if the model's pattern does not fit.
 */
export function firmwareVersion(model: ModemModel, answer: string): string | undefined {
  const revision = revisionIn(answer);
  const pattern = checkPattern(model.at.firmware.pattern);
  const match = "regex" in pattern ? pattern.regex.exec(revision) : null;
  if (match?.[1] === undefined) return undefined;
  const numbers = [match[1], match[2] ?? "0", match[3] ?? "0"];
  if (!numbers.every((number) => /^\d{1,9}$/.test(number))) return undefined;
  return numbers.map(Number).join(".");
}

/** Without the echo of the command, without `+CGMR:`, without the final OK. */
function revisionIn(answer: string): string {
  const lines = answer.slice(0, MAX_ANSWER).split(/[\r\n]+/);
  const line = lines.find((one) => one !== "" && !/^AT[+$^#*!]/i.test(one)) ?? "";
  return line
    .replace(/^\s*\+[A-Z]+:\s*/, "")
    .trim()
    .slice(0, MAX_INPUT);
}

/** The model's quirks that hold for a firmware answer; none if it is unknown or not understood. */
export function quirksFor(model: ModemModel, answer: string | undefined): readonly Quirk[] {
  if (answer === undefined || model.quirks.length === 0) return [];
  const version = firmwareVersion(model, answer);
  return version === undefined ? [] : model.quirks.filter(({ firmware }) => satisfies(version, firmware));
}

/** smsd settings that a firmware needs, later quirks winning. */
export function firmwareSettings(model: ModemModel, answer: string | undefined): SmsdSettings {
  return Object.assign({}, ...quirksFor(model, answer).map(({ smsd }) => smsd));
}
