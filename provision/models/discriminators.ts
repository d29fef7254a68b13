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
  const conditions = rivals.flatMap((rival) => {
    const found = has(composition, rival) ?? lacks(composition, rival);
    return found === undefined ? [] : [found];
  });
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
  const pattern = ownClass(composition, rival);
  return pattern === undefined ? undefined : { op: "==", glob: interfacesGlob(pattern) };
}

/** A class that the rival has and the composition has not. */
function lacks(composition: Composition, rival: Composition): Discriminator | undefined {
  const pattern = ownClass(rival, composition);
  return pattern === undefined ? undefined : { op: "!=", glob: interfacesGlob(pattern) };
}

/** The most telling class pattern that `owner` lists and that nothing listed by `other` can be. */
function ownClass(owner: Composition, other: Composition): string | undefined {
  const theirs = Object.values(other.interfaces);
  const own = Object.values(owner.interfaces).filter(
    (pattern) => !theirs.some((their) => classesOverlap(pattern, their)),
  );
  return own.sort((a, b) => b.length - a.length)[0];
}
