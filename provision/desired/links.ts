import type { Modem } from "../../core/model/inventory.ts";
import type { Composition, Role, RoleSelector } from "../../core/model/modem-model.ts";
import type { ExpectedLink } from "../../core/model/resource.ts";

/** Path of the link for one role of a modem, e.g. `/dev/ttyUSB_SIM7600_AT`. */
export function linkPath(modem: string, role: Role): string {
  return `/dev/${linkName(modem, role)}`;
}

/** The same as udev names it, relative to /dev. */
export function linkName(modem: string, role: Role): string {
  return `ttyUSB_${modem}_${role}`;
}

/** Roles that a modem has while it shows `composition`; the inventory's overrides win. */
export function rolesOf(modem: Modem, composition: Composition): ReadonlyMap<Role, RoleSelector> {
  return new Map(Object.entries({ ...composition.roles, ...modem.roles }));
}

/** Links that any composition of the inventory's modems has, each once, in the order of the inventory. */
export function expectedLinks(modems: readonly Modem[]): readonly ExpectedLink[] {
  return modems.flatMap((modem) => linksOfModem(modem));
}

function linksOfModem(modem: Modem): readonly ExpectedLink[] {
  const compositions = new Map<Role, string[]>();
  for (const composition of modem.model.compositions) {
    for (const role of rolesOf(modem, composition).keys()) {
      const names = compositions.get(role) ?? [];
      compositions.set(role, [...names, composition.name]);
    }
  }
  return [...compositions].map(([role, names]) => ({
    modem: modem.name,
    role,
    path: linkPath(modem.name, role),
    compositions: names,
  }));
}
