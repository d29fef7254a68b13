import { inventorySchema } from "./schema.ts";

/** The schema as it is shipped for editors and printed by `provision schema`. */
export function schemaText(): string {
  return `${JSON.stringify(inventorySchema, null, 2)}\n`;
}
