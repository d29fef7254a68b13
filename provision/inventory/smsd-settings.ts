import type { SmsdValue } from "../../core/model/smsd-value.ts";
import { GLOBAL_SETTINGS } from "./smsd-settings-global.ts";
import { MODEM_SETTINGS } from "./smsd-settings-modem.ts";
import { SHARED_SETTINGS } from "./smsd-settings-shared.ts";

export type SettingScope = "global" | "modem" | "both";

/** What smsd accepts as the value of a setting. */
export type SettingType =
  | { readonly kind: "yes-no" }
  | { readonly kind: "integer"; readonly min: number; readonly max: number; readonly words?: readonly string[] }
  | { readonly kind: "number-choice"; readonly values: readonly number[] }
  /** Whole seconds; the inventory may also say `30s`, `10m`, `4h`. */
  | { readonly kind: "seconds"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  /** `allowed` is a regular expression for the whole value. */
  | { readonly kind: "text"; readonly max: number; readonly allowed?: string }
  /** A text that may be given several times. */
  | { readonly kind: "texts"; readonly max: number; readonly allowed?: string }
  | { readonly kind: "path" }
  /** A program that smsd starts through /bin/sh without quoting. */
  | { readonly kind: "handler" };

/** One setting of smsd that the inventory knows by name and type. */
export interface SmsdSetting {
  /** smsd's own name. */
  readonly name: string;
  readonly scope: SettingScope;
  readonly type: SettingType;
  /** What we write when nobody says otherwise; absent: smsd's own default holds and nothing is written. */
  readonly ours?: { readonly global?: SmsdValue; readonly modem?: SmsdValue };
  /** True if the value may be a secret, which must not stand in the inventory in clear. */
  readonly secret: boolean;
  /** One sentence: what it does, or why our value differs. Ends up as a comment and in editors. */
  readonly why: string;
}

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
