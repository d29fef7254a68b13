import type { SmsdValue } from "../../../core/model/smsd-value.ts";
import { parseDuration } from "../durations.ts";
import type { KeyPath } from "../key-path.ts";
import type { RawModemSettings, RawSettings } from "../raw.ts";
import { ownedSettings } from "../smsd-owned.ts";
import { type SmsdSection, settingsOf } from "../smsd-settings.ts";
import { didYouMean } from "../suggest.ts";
import { ownedKey } from "../unknown-key.ts";
import { problem, type Rule, type RuleContext } from "./context.ts";
import { textProblem } from "./smsd-text.ts";

interface Place {
  readonly section: SmsdSection;
  readonly path: KeyPath;
  readonly settings: RawSettings;
  readonly extra: RawSettings;
  /** Key of `extra`, from the root. */
  readonly extraPath: KeyPath;
}

/** Everywhere in the inventory where settings of smsd stand. */
function places({ raw }: RuleContext): readonly Place[] {
  const modems = raw.modems.map((modem, index) => modemPlace(modem.smsd, ["modems", index, "smsd"]));
  const models = (raw.models ?? []).flatMap((model, index) => [
    modemPlace(model.smsd, ["models", index, "smsd"]),
    ...(model.quirks ?? []).map((quirk, at) => modemPlace(quirk.smsd, ["models", index, "quirks", at, "smsd"])),
  ]);
  const global: Place = {
    section: "global",
    path: ["smsd", "settings"],
    settings: raw.smsd?.settings ?? {},
    extra: raw.smsd?.extra ?? {},
    extraPath: ["smsd", "extra"],
  };
  return [global, ...modems, ...models];
}

function modemPlace(written: RawModemSettings | undefined, path: KeyPath): Place {
  const { extra = {}, ...settings } = written ?? {};
  return { section: "modem", path, settings: settings as RawSettings, extra, extraPath: [...path, "extra"] };
}

/** Values that smsd.conf cannot carry as they are. */
export const carriedValues: Rule = (context) =>
  places(context).flatMap(({ path, settings, extra, extraPath }) => [
    ...valueProblems(context, path, settings),
    ...valueProblems(context, extraPath, extra),
  ]);

function valueProblems({ at }: RuleContext, path: KeyPath, settings: RawSettings) {
  return Object.entries(settings).flatMap(([name, value]) => {
    const list = typeof value === "object";
    return texts(value).flatMap((text, index) => {
      const found = textProblem(text);
      const place = list ? [...path, name, index] : [...path, name];
      return found === undefined
        ? []
        : [problem("smsd-value", at(place), `\`${name}\` ${found.what}.`, found.why, found.fix)];
    });
  });
}

function texts(value: SmsdValue): readonly string[] {
  if (typeof value === "object") return value;
  return typeof value === "boolean" ? [] : [String(value)];
}

/** Ranges of settings that were written with a unit, which the schema cannot compare. */
export const settingRanges: Rule = (context) =>
  places(context).flatMap(({ section, path, settings }) =>
    Object.entries(settings).flatMap(([name, value]) => {
      const type = settingsOf(section).get(name)?.type;
      if (type?.kind !== "seconds" || typeof value !== "string") return [];
      const seconds = parseDuration(value);
      if (seconds >= type.min && seconds <= type.max) return [];
      return [
        problem(
          "setting-range",
          context.at([...path, name]),
          `\`${name}\` is ${seconds} seconds.`,
          "smsd checks no ranges: it would do something strange instead.",
          `Write ${type.min} to ${type.max} seconds.`,
        ),
      ];
    }),
  );

/** `extra` is for what is not known here: not a way around a type, or around a key that decides. */
export const extraNames: Rule = (context) =>
  places(context).flatMap(({ section, path, extra, extraPath }) =>
    Object.keys(extra).flatMap((name) => {
      const place = context.at([...extraPath, name], "key");
      const folded = name.toLowerCase();
      const owned = ownedSettings(section).get(folded);
      if (owned) {
        const part = owned.secret ? "value" : "key";
        return [{ severity: "error" as const, ...ownedKey(owned), range: context.at([...extraPath, name], part) }];
      }
      const known = settingsOf(section).has(folded);
      if (!known) return misplaced(section, folded, name, place);
      return [
        problem(
          "known-setting-in-extra",
          place,
          `\`${name}\` is a known setting.`,
          "In `extra` its type would not be checked, and it could stand in two places.",
          `Move it to \`${path.join(".").replaceAll(/\.(\d+)/g, "[$1]")}.${folded}\`.`,
        ),
      ];
    }),
  );

function misplaced(section: SmsdSection, folded: string, name: string, place: ReturnType<RuleContext["at"]>) {
  const other = section === "global" ? "modem" : "global";
  const owned = ownedSettings(other).get(folded);
  if (!settingsOf(other).has(folded) && !owned) return suspicious(section, name, place);
  return [
    problem(
      "misplaced-setting",
      place,
      `\`${name}\` is no setting of ${section === "global" ? "smsd's global part" : "a modem's section"}.`,
      "smsd refuses to start with a setting in the wrong place.",
      owned?.instead ?? (other === "modem" ? "Move it to `modems[].smsd`." : "Move it to `smsd.settings`."),
    ),
  ];
}

/** smsd refuses to start with an unknown setting, so a slip of the pen in `extra` is worth an error. */
function suspicious(section: SmsdSection, name: string, place: ReturnType<RuleContext["at"]>) {
  const hint = didYouMean(name, settingsOf(section).keys());
  if (hint === "") return [];
  return [
    problem(
      "misspelt-setting",
      place,
      `\`${name}\` looks like a misspelt setting.${hint}`,
      "smsd refuses to start with a setting that it does not know.",
      "Correct the name, and move it out of `extra`.",
    ),
  ];
}
