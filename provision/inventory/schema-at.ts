import type { JsonSchema } from "./schema/build.ts";
import { inventorySchema } from "./schema.ts";

/**
 * The part of the inventory's schema that governs the value at `path`. ajv's own `schemaPath` loses its way
 * behind a `$ref`, and keeping every schema in the compiled code would double it.
 */
export function schemaAt(path: readonly string[], root: unknown): JsonSchema {
  let schema = resolve(inventorySchema, root);
  let value = root;
  for (const step of path) {
    value = childOf(value, step);
    schema = resolve(childSchema(schema, step), value);
  }
  return schema;
}

function childSchema(schema: JsonSchema, step: string): JsonSchema {
  const candidates = [schema.items, childOf(schema.properties, step), schema.additionalProperties];
  return candidates.find(isSchema) ?? {};
}

/** Follows a reference, and chooses the branch of a `oneOf` by the value's `type` as the discriminator does. */
function resolve(schema: JsonSchema, value: unknown): JsonSchema {
  if (typeof schema.$ref === "string") {
    const target = schema.$ref.split("/").slice(1).reduce<unknown>(childOf, inventorySchema);
    return isSchema(target) ? resolve(target, value) : schema;
  }
  if (!Array.isArray(schema.oneOf)) return schema;
  const type = childOf(value, "type");
  const branch: unknown = schema.oneOf.find(
    (one) => childOf(childOf(childOf(one, "properties"), "type"), "const") === type,
  );
  return isSchema(branch) ? branch : schema;
}

function isSchema(node: unknown): node is JsonSchema {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}

/** The member of an object or array that a person wrote; never one it inherits. */
export function childOf(node: unknown, step: string | number): unknown {
  return typeof node === "object" && node !== null && Object.hasOwn(node, step) ? Reflect.get(node, step) : undefined;
}
