import type { SmsdValue } from "../../core/model/smsd-value.ts";
import type { SmsdSetting } from "./smsd-setting.ts";
import { GLOBAL_SETTINGS } from "./smsd-settings-global.ts";
import { MODEM_SETTINGS } from "./smsd-settings-modem.ts";
import { SHARED_SETTINGS } from "./smsd-settings-shared.ts";

/** Every setting that the inventory knows by name, in the order of smsd.conf. */
export const SMSD_SETTINGS: readonly SmsdSetting[] = [...GLOBAL_SETTINGS, ...SHARED_SETTINGS, ...MODEM_SETTINGS];

export type SmsdSection = "global" | "modem";

/** The settings that may stand in one kind of section, by name. */
export function settingsOf(section: SmsdSection): ReadonlyMap<string, SmsdSetting> {
  return section === "global" ? GLOBAL_BY_NAME : MODEM_BY_NAME;
}

/** What we write into one kind of section when the inventory is silent. */
export function smsdDefaults(section: SmsdSection): Readonly<Record<string, SmsdValue>> {
  const defaults: Record<string, SmsdValue> = {};
  for (const setting of settingsOf(section).values()) {
    const value = setting.ours?.[section];
    if (value !== undefined) defaults[setting.name] = value;
  }
  return defaults;
}

function byName(section: SmsdSection): ReadonlyMap<string, SmsdSetting> {
  const here = SMSD_SETTINGS.filter(({ scope }) => scope === section || scope === "both");
  return new Map(here.map((setting) => [setting.name, setting]));
}

const GLOBAL_BY_NAME = byName("global");
const MODEM_BY_NAME = byName("modem");
