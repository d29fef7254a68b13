import type { ErrorObject, ValidateFunction } from "ajv";
import type { Diagnostic } from "../../core/diagnostics.ts";
import { type KeyPath, pointerPath } from "./key-path.ts";
import { childOf } from "./schema-at.ts";
import { shapeDiagnostic } from "./shape-messages.ts";
import type { Source } from "./source.ts";

export interface ShapeResult {
  /** What fits, without the parts that do not; absent if nothing usable is left. */
  readonly fitting?: Source;
  readonly diagnostics: readonly Diagnostic[];
}

/** Beyond this many, the file is not an inventory with mistakes but another file. */
const MAX_REPORTED = 200;

/** How often parts are cut away before the rest is given up: a cut may leave something required missing. */
const MAX_CUTS = 8;

/**
 * First pass: is everything there, of the right type, and nothing else?
 * What does not fit is reported and cut away, so that the later passes still see the rest.
 */
export function checkShape(source: Source, validate: ValidateFunction): ShapeResult {
  if (validate(source.value)) return { fitting: source, diagnostics: [] };
  const errors = validate.errors ?? [];
  const diagnostics = meaningful(errors)
    .slice(0, MAX_REPORTED)
    .map((error) => shapeDiagnostic(error, source));
  const pruned = prune(source.value, errors, validate);
  if (pruned === undefined) return { diagnostics };
  const locate: Source["locate"] = (path, part) => source.locate(pruned.original(path), part);
  return { fitting: { value: pruned.value, locate }, diagnostics };
}

/** One problem per place: a wrong type makes the pattern's complaint about the same value pointless. */
function meaningful(errors: readonly ErrorObject[]): ErrorObject[] {
  const wrongType = new Set(errors.filter(({ keyword }) => keyword === "type").map(({ instancePath }) => instancePath));
  const seen = new Set<string>();
  return errors.filter((error) => {
    if (error.keyword === "propertyNames" && error.propertyName === undefined) return false;
    if (error.keyword !== "type" && wrongType.has(error.instancePath)) return false;
    const subject = `${error.instancePath}\n${subjectOf(error) ?? ""}`;
    if (seen.has(subject)) return false;
    seen.add(subject);
    return true;
  });
}

function subjectOf(error: ErrorObject): string | undefined {
  if (error.keyword === "required") return `required ${error.params.missingProperty}`;
  if (error.keyword === "additionalProperties") return `additional ${error.params.additionalProperty}`;
  if (error.propertyName !== undefined) return `name ${error.propertyName}`;
  if (error.keyword === "propertyNames") return `name ${error.params.propertyName}`;
  return undefined;
}

/** Path of what an error speaks of, for cutting it away. */
function cutOf(error: ErrorObject): KeyPath {
  const path = pointerPath(error.instancePath);
  if (error.keyword === "additionalProperties") return [...path, String(error.params.additionalProperty)];
  if (error.propertyName !== undefined) return [...path, error.propertyName];
  if (error.keyword === "propertyNames") return [...path, String(error.params.propertyName)];
  return path;
}

interface Pruned {
  readonly value: unknown;
  /** Turns a path in the pruned value into the path of the same part in the file. */
  readonly original: (path: KeyPath) => KeyPath;
}

function prune(value: unknown, errors: readonly ErrorObject[], validate: ValidateFunction): Pruned | undefined {
  const copy: unknown = structuredClone(value);
  const origins = new Map<unknown, number[]>();
  let remaining = errors;
  for (let cut = 0; cut < MAX_CUTS; cut++) {
    const paths = new Map(remaining.map(cutOf).map((path) => [JSON.stringify(path), path]));
    if (paths.has("[]")) return undefined;
    for (const path of [...paths.values()].sort(deepestAndLastFirst)) remove(copy, path, origins);
    if (validate(copy)) return { value: copy, original: (path) => originalPath(copy, path, origins) };
    remaining = validate.errors ?? [];
  }
  return undefined;
}

/** So that no removal moves what a later one means. */
function deepestAndLastFirst(a: KeyPath, b: KeyPath): number {
  return b.length - a.length || (Number(b.at(-1)) || 0) - (Number(a.at(-1)) || 0);
}

function remove(root: unknown, path: KeyPath, origins: Map<unknown, number[]>): void {
  const parent = path.slice(0, -1).reduce<unknown>(childOf, root);
  const last = path.at(-1);
  if (last === undefined) return;
  if (Array.isArray(parent)) {
    const indexes = origins.get(parent) ?? [...parent.keys()];
    indexes.splice(Number(last), 1);
    origins.set(parent, indexes);
    parent.splice(Number(last), 1);
  } else if (typeof parent === "object" && parent !== null) {
    Reflect.deleteProperty(parent, last);
  }
}

function originalPath(root: unknown, path: KeyPath, origins: ReadonlyMap<unknown, readonly number[]>): KeyPath {
  let node = root;
  return path.map((step) => {
    const moved = origins.get(node)?.[Number(step)];
    node = childOf(node, step);
    return moved ?? step;
  });
}
