import { EXIT } from "../../core/errors.ts";
import { inventorySchema } from "../inventory/schema.ts";
import type { Command } from "./context.ts";

/** `provision schema`: the inventory's JSON Schema, for editors. */
export const schemaCommand: Command<Record<string, never>> = async ({ terminal }) => {
  terminal.out(`${JSON.stringify(inventorySchema, undefined, 2)}\n`);
  return EXIT.ok;
};
