import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { AJV_OPTIONS } from "./ajv-options.ts";
import { FIX_KEYWORD, SECRET_KEYWORD } from "./schema/build.ts";
import { inventorySchema } from "./schema.ts";

let compiled: ValidateFunction | undefined;

/**
 * The inventory's schema as a function. Compiling it takes a third of a second,
 * so the build replaces this module by its own result (scripts/copy-data.mjs).
 */
export function shapeValidator(): ValidateFunction {
  compiled ??= new Ajv2020(AJV_OPTIONS).addVocabulary([FIX_KEYWORD, SECRET_KEYWORD]).compile(inventorySchema);
  return compiled;
}
