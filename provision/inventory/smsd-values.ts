import type { SmsdSettings, SmsdValue } from "../../core/model/smsd-value.ts";
import { parseDuration } from "./durations.ts";
import type { RawModemSettings, RawSettings } from "./raw.ts";
import type { SmsdSetting } from "./smsd-setting.ts";
import { type SmsdSection, settingsOf } from "./smsd-settings.ts";

/** Settings as people may write them → one form of each: booleans, seconds as numbers, words as words. */
export function normaliseSettings(section: SmsdSection, written: SmsdSettings): SmsdSettings {
  const known = settingsOf(section);
  const entries = Object.entries(written).map(([name, value]) => {
    const setting = known.get(name);
    return [name, setting === undefined ? value : normaliseValue(setting, value)] as const;
  });
  return Object.fromEntries(entries);
}

/** Settings of a modem's section, `extra` merged in; no name can stand in both. */
export function normaliseModemSettings(written: RawModemSettings): SmsdSettings {
  const { extra = {}, ...settings } = written;
  return { ...normaliseSettings("modem", settings as RawSettings), ...extra };
}

function normaliseValue({ type }: SmsdSetting, value: SmsdValue): SmsdValue {
  switch (type.kind) {
    case "yes-no":
      return value === true || value === "yes";
    case "choice":
      return typeof value === "boolean" ? (value ? "yes" : "no") : value;
    case "seconds":
      return typeof value === "string" ? parseDuration(value) : value;
    default:
      return value;
  }
}
