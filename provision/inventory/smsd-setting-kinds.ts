import type { SettingType } from "./smsd-setting.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const LARGE = 1_000_000;

/*
 * The types of smsd's values, named. smsd itself checks little (`delaytime = abc` silently means 0),
 * so every range here is one that makes sense, not merely one that fits.
 */
export const yesNo: SettingType = { kind: "yes-no" };
export const path: SettingType = { kind: "path" };
export const handler: SettingType = { kind: "handler" };
export const count: SettingType = { kind: "integer", min: 0, max: LARGE };
export const milliseconds: SettingType = { kind: "integer", min: 0, max: 60_000 };

/**
 * A strftime format. smsd refuses one that prints itself, or that has a directive strftime lacks;
 * `%n` and `%t` would break the header line that the time stands in.
 */
export const timeFormat: SettingType = {
  kind: "text",
  max: 78,
  allowed: "[^%]*(%[aAbBdDeFGgHhIjklMmpRrSsTuUVwWXxYyZz][^%]*)+",
};

export function integer(min: number, max: number, words?: readonly string[]): SettingType {
  return words === undefined ? { kind: "integer", min, max } : { kind: "integer", min, max, words };
}

export function oneOf(...values: readonly number[]): SettingType {
  return { kind: "number-choice", values };
}

export function seconds(min: number, max: number = DAY): SettingType {
  return { kind: "seconds", min, max };
}

export function choice(...values: readonly string[]): SettingType {
  return { kind: "choice", values };
}

export function text(max: number, allowed?: string): SettingType {
  return allowed === undefined ? { kind: "text", max } : { kind: "text", max, allowed };
}

export function texts(max: number): SettingType {
  return { kind: "texts", max };
}
