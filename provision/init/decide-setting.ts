import type { SmsdSettings, SmsdValue } from "../../core/model/smsd-value.ts";
import type { KeyPath } from "../inventory/key-path.ts";
import { keyPathText } from "../inventory/key-path.ts";
import { ownedSettings } from "../inventory/smsd-owned.ts";
import type { SmsdSetting } from "../inventory/smsd-setting.ts";
import { type SmsdSection, settingsOf } from "../inventory/smsd-settings.ts";
import { didYouMean } from "../inventory/suggest.ts";
import { type Effective, numbers } from "./conf-modems.ts";
import { dropped, type Outcome } from "./fate.ts";
import { isFurtherSetting, isNetworkSetting } from "./further-names.ts";
import { endangers } from "./safe-settings.ts";
import { holdsSecret, shortened } from "./shown-line.ts";
import { typedValue } from "./typed-value.ts";

/** Where settings of one section of smsd.conf go in the inventory. */
export interface SettingPlace {
  readonly section: SmsdSection;
  /** Path of the settings, and of `extra`. */
  readonly settings: KeyPath;
  readonly extra: KeyPath;
  /** What holds there if the inventory is silent. */
  readonly ours: SmsdSettings;
}

/** What becomes of one setting that no key of the inventory decides. */
export function decideSetting(setting: Effective, place: SettingPlace): Outcome {
  const { name, values } = setting;
  const lines = numbers(setting.lines);
  if (values.every((value) => value === "")) return dropped(lines, "It has no value.");
  if (setting.lines.some(holdsSecret)) {
    return dropped(lines, "It may hold a secret, which must not stand in an inventory: a PIN goes to `sim.pin`.");
  }
  const owned = ownedSettings(place.section).get(name);
  if (owned) return { lines, fate: "owned", reason: owned.why };
  const known = settingsOf(place.section).get(name);
  if (known) return decideKnown(known, setting, place);
  return decideUnknown(setting, place);
}

function decideKnown(known: SmsdSetting, { name, values, lines: from }: Effective, place: SettingPlace): Outcome {
  const lines = numbers(from);
  const typed = typedValue(known.type, adjusted(name, values));
  if ("problem" in typed) return dropped(lines, typed.problem);
  const ours = place.ours[name];
  const path = [...place.settings, name];
  if (sameValue(typed.value, ours)) return { lines, fate: "same as our default", reason: known.why };
  if (endangers(name, typed.value, ours)) {
    const force = `To have the old value nevertheless, write \`${name}: ${written(typed.value)}\` at \`${keyPathText(place.settings)}\`.`;
    return { lines, fate: "made safe", reason: `Stays ${written(ours)}: ${known.why} ${force}` };
  }
  const instead = ours === undefined ? "" : `, in place of our ${shortened(written(ours))}`;
  return {
    lines,
    fate: "taken over",
    reason: `${keyPathText(path)}${instead}`,
    claim: { path, value: asWritten(typed.value) },
  };
}

/** smsd itself removes the quotes from memory names, and joins repeated lists of numbers. */
function adjusted(name: string, values: readonly string[]): readonly string[] {
  if (/^(primary|secondary)_memory$/.test(name)) return values.map((value) => value.replaceAll('"', ""));
  return name === "priviledged_numbers" ? [values.join(", ")] : values;
}

function decideUnknown({ name, values, lines: from }: Effective, place: SettingPlace): Outcome {
  const lines = numbers(from);
  if (isFurtherSetting(place.section, name)) {
    const path = [...place.extra, name];
    const reason = `${keyPathText(path)}: written as it is, unchecked`;
    return { lines, fate: "extra", reason, claim: { path, value: values.at(-1) } };
  }
  if (place.section === "modem" && name === "queues") {
    return dropped(lines, "Queues by provider do not exist here: every modem takes every message.");
  }
  const lost = place.section === "global" ? LOST.get(name) : undefined;
  if (lost !== undefined) return dropped(lines, lost);
  if (isNetworkSetting(name)) return dropped(lines, "It is for modems that are reached over the network.");
  const other = place.section === "global" ? "modem" : "global";
  if (settingsOf(other).has(name) || ownedSettings(other).has(name)) {
    const where = other === "global" ? "before the first section" : "in a modem's section";
    return dropped(lines, `It belongs ${where}; here smsd refuses to start with it.`);
  }
  const hint = didYouMean(name, settingsOf(place.section).keys());
  return dropped(lines, `smsd knows no such setting and refuses to start with it.${hint}`);
}

/** Global settings of smsd that the inventory has no place for, and what happens instead. */
const LOST: ReadonlyMap<string, string> = new Map([
  ["phonecalls", "A folder for missed calls cannot be given: notes of them go to incoming."],
]);

function sameValue(a: SmsdValue, b: SmsdValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** yes and no, as smsd's own documents have them. */
function asWritten(value: SmsdValue): SmsdValue {
  return typeof value === "boolean" ? (value ? "yes" : "no") : value;
}

function written(value: SmsdValue | undefined): string {
  return value === undefined ? "unset" : String(asWritten(value));
}
