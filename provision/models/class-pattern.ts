/*
 * Class patterns: `ff`, `ff/00`, `e0/01/03`, alternatives with `|`. An interface's class is always
 * `class/subclass/protocol`; a shorter pattern leaves the rest open.
 */

/** True if an interface of class `actual` (`e0/01/03`) fits `pattern`. */
export function classMatches(pattern: string, actual: string): boolean {
  return pattern.split("|").some((one) => actual === one || actual.startsWith(`${one}/`));
}

/** True if some interface class fits both patterns. */
export function classesOverlap(a: string, b: string): boolean {
  const right = b.split("|");
  return a.split("|").some((one) => right.some((other) => fitsWithin(one, other) || fitsWithin(other, one)));
}

/** True if every interface class that fits `inner` also fits `outer`. */
export function classesWithin(inner: string, outer: string): boolean {
  const wide = outer.split("|");
  return inner.split("|").every((one) => wide.some((other) => fitsWithin(one, other)));
}

function fitsWithin(narrow: string, wide: string): boolean {
  return narrow === wide || narrow.startsWith(`${wide}/`);
}

/**
 * The pattern as a udev glob over ENV{ID_USB_INTERFACES}, which holds every interface's class once: `:ff0000:e00103:`.
 * In udev `|` separates whole alternatives (udev(7), "Match string patterns").
 */
export function interfacesGlob(pattern: string): string {
  return pattern
    .split("|")
    .map((one) => `*:${one.replaceAll("/", "").padEnd(6, "?")}:*`)
    .join("|");
}
