import { pointerPath } from "./key-path.ts";
import type { JsonSchema } from "./schema/build.ts";
import { inventorySchema } from "./schema.ts";

/** The part of the inventory's schema that an ajv error's `schemaPath` (`#/properties/…/pattern`) speaks of. */
export function schemaAt(schemaPath: string): { readonly keyword: unknown; readonly parent: JsonSchema } {
  let parent: JsonSchema = {};
  let node: unknown = inventorySchema;
  for (const step of pointerPath(decodeURIComponent(schemaPath))) {
    if (isSchema(node)) parent = node;
    node = typeof node === "object" && node !== null ? Reflect.get(node, step) : undefined;
  }
  return { keyword: node, parent };
}

function isSchema(node: unknown): node is JsonSchema {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}

/** A value inside a parsed document. */
export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (node, step) => (typeof node === "object" && node !== null ? Reflect.get(node, step) : undefined),
    root,
  );
}
