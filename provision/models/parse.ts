import type { Composition, ModemModel, RoleSelector } from "../../core/model/modem-model.ts";
import { parseDuration } from "../inventory/durations.ts";
import type { RawComposition, RawModel, RawRoles } from "../inventory/raw.ts";
import { normaliseModemSettings } from "../inventory/smsd-values.ts";

/** Boot time of a model that says nothing: the longest usual one, since a reset too early prolongs the outage. */
const DEFAULT_BOOT_SECONDS = 30;

/** A catalogue row as written → as used. The shape is known to be right. */
export function modelFrom(raw: RawModel, custom: boolean): ModemModel {
  return {
    name: raw.name,
    title: raw.title ?? raw.name,
    compositions: raw.compositions.map(compositionFrom),
    at: raw.at,
    bootSeconds: raw.boot_time === undefined ? DEFAULT_BOOT_SECONDS : parseDuration(raw.boot_time),
    smsd: normaliseModemSettings(raw.smsd ?? {}),
    quirks: (raw.quirks ?? []).map((quirk) => ({ ...quirk, smsd: normaliseModemSettings(quirk.smsd) })),
    source: raw.source,
    custom,
  };
}

function compositionFrom(raw: RawComposition): Composition {
  return {
    name: raw.name,
    usb: raw.usb,
    interfaces: raw.interfaces,
    roles: rolesFrom(raw.roles),
    newId: raw.new_id ?? false,
    source: raw.source,
  };
}

/** Roles as written, a number or a class pattern → selectors. */
export function rolesFrom(raw: RawRoles): Readonly<Record<string, RoleSelector>> {
  const entries = Object.entries(raw).map(([role, where]) => [role, selectorFrom(where)] as const);
  return Object.fromEntries(entries);
}

function selectorFrom(where: number | string): RoleSelector {
  return typeof where === "number" ? { interface: where } : { class: where };
}
