import validRange from "semver/ranges/valid.js";
import { firmwareVersion } from "../../models/firmware.ts";
import { checkPattern } from "../../models/pattern.ts";
import type { KeyPath } from "../key-path.ts";
import { quote } from "../quote.ts";
import { problem, type Rule, type RuleContext, remark } from "./context.ts";
import { ownModels } from "./models.ts";

export const quirkRanges: Rule = (context) =>
  ownModels(context).flatMap(({ model, path }) =>
    model.quirks.flatMap(({ firmware }, index) =>
      validRange(firmware) === null
        ? [
            problem(
              "bad-firmware-range",
              context.at([...path, "quirks", index, "firmware"]),
              `${quote(firmware)} is no range of versions.`,
              "The quirk would never hold, or always.",
              "Write a semver range: `<20.5.0`, `>=11.2 <12`, `*`.",
            ),
          ]
        : [],
    ),
  );

export const firmwarePatterns: Rule = (context) =>
  ownModels(context).flatMap(({ model, path }) => {
    const { firmware, identity } = model.at;
    return [
      ...patternProblem(context, [...path, "at", "firmware", "pattern"], firmware.pattern, 1),
      ...(identity === undefined ? [] : patternProblem(context, [...path, "at", "identity"], identity, 0)),
    ];
  });

function patternProblem(context: RuleContext, path: KeyPath, pattern: string, groupsNeeded: number) {
  const check = checkPattern(pattern);
  if ("fault" in check)
    return [problem("bad-pattern", context.at(path), ...PATTERN_FAULTS[check.fault](quote(pattern)))];
  if (check.groups >= groupsNeeded) return [];
  return [
    problem(
      "pattern-without-group",
      context.at(path),
      `${quote(pattern)} has no group in round brackets.`,
      "The first group is the major version, a second and third are minor and patch.",
      "Put brackets around the digits, e.g. `R(\\d+)A(\\d+)`.",
    ),
  ];
}

const PATTERN_FAULTS: Readonly<Record<"syntax" | "costly", (pattern: string) => readonly [string, string, string]>> = {
  syntax: (pattern: string) => [
    `${pattern} is no regular expression.`,
    "The modem's answers are read with it.",
    "Check brackets and backslashes; put the pattern into single quotes.",
  ],
  costly: (pattern: string) => [
    `${pattern} repeats a group, or repeats too often.`,
    "Matching such a pattern can take for ever, and with it the health checks.",
    "Use `+` and `*` on single characters only, four times at most.",
  ],
};

/** A revision that the pattern does not fit selects no quirk, which nobody would notice. */
export const firmwareUnderstood: Rule = ({ raw, models, at }) =>
  raw.modems.flatMap(({ firmware, model: name }, index) => {
    const model = models.get(name);
    if (firmware === undefined || model === undefined) return [];
    if ("fault" in checkPattern(model.at.firmware.pattern)) return [];
    if (firmwareVersion(model, firmware) !== undefined) return [];
    return [
      remark(
        "firmware-not-understood",
        at(["modems", index, "firmware"]),
        `The firmware ${quote(firmware)} does not look like one of a ${name}.`,
        "No quirk of the model is applied.",
        `Copy what \`${model.at.firmware.command}\` prints.`,
      ),
    ];
  });
