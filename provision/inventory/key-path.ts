/** Steps from the root of a file to one of its parts. */
export type KeyPath = readonly (string | number)[];

/** The steps of a JSON pointer: `/modems/0/name`. */
export function pointerPath(pointer: string): string[] {
  const steps = pointer.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** As people write it: `modems[0].smsd.keep_open`. */
export function keyPathText(path: KeyPath): string {
  const text = path.map((step) => (/^\d+$/.test(String(step)) ? `[${step}]` : `.${step}`)).join("");
  return text.replace(/^\./, "") || "the inventory";
}
