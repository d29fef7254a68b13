import type { Composition } from "../../core/model/modem-model.ts";
import { classesOverlap, interfacesGlob } from "./class-pattern.ts";

/** A condition on udev's ENV{ID_USB_INTERFACES}. All conditions of a list must hold. */
export interface Discriminator {
  readonly op: "==" | "!=";
  /** Glob as udev understands it. */
  readonly glob: string;
}

/**
 * What a udev rule must ask to tell `composition` from `siblings` that share its USB id but have other roles.
 * udev knows the set of interface classes, not their order. Siblings with other ids or the same roles need no telling apart.
 */
export function discriminators(composition: Composition, siblings: readonly Composition[]): readonly Discriminator[] {
  const rivals = siblings.filter((other) => other !== composition && isRival(composition, other));
  // What a composition lacks comes first: then those that differ only in their network interface share one rule.
  const absent = rivals.map((rival) => lacks(composition, rival));
  if (absent.every((found) => found !== undefined)) return distinct(absent);
  const own = ownClass(composition, rivals);
  if (own !== undefined) return [{ op: "==", glob: interfacesGlob(own) }];
  return distinct(rivals.flatMap((rival) => has(composition, rival) ?? lacks(composition, rival) ?? []));
}

function distinct(conditions: readonly Discriminator[]): readonly Discriminator[] {
  return conditions.filter(({ glob }, index) => conditions.findIndex((other) => other.glob === glob) === index);
}

/** True if a device could be taken for either, and that would matter: same id, other roles. */
export function isRival(a: Composition, b: Composition): boolean {
  return a.usb === b.usb && JSON.stringify(sortedRoles(a)) !== JSON.stringify(sortedRoles(b));
}

function sortedRoles(composition: Composition): readonly unknown[] {
  return Object.entries(composition.roles).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A class that the composition has and the rival has not. */
function has(composition: Composition, rival: Composition): Discriminator | undefined {
  const pattern = ownClass(composition, [rival]);
  return pattern === undefined ? undefined : { op: "==", glob: interfacesGlob(pattern) };
}

/** A class that the rival has and the composition has not. */
function lacks(composition: Composition, rival: Composition): Discriminator | undefined {
  const pattern = ownClass(rival, [composition]);
  return pattern === undefined ? undefined : { op: "!=", glob: interfacesGlob(pattern) };
}

/** The most telling class pattern that `owner` lists and that nothing listed by the others can be. */
function ownClass(owner: Composition, others: readonly Composition[]): string | undefined {
  const theirs = others.flatMap(({ interfaces }) => Object.values(interfaces));
  const all = [...Object.values(owner.interfaces), ...classSelectors(owner)];
  const own = all.filter((pattern) => !theirs.some((their) => classesOverlap(pattern, their)));
  return own.sort((a, b) => b.length - a.length)[0];
}

/** A role that is known by class says that such an interface is there. */
function classSelectors({ roles }: Composition): readonly string[] {
  return roles.AT !== undefined && "class" in roles.AT ? [roles.AT.class] : [];
}
