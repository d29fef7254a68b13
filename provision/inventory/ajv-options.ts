import type { Options } from "ajv";

/** How our schemas are compiled, at run time and ahead of it alike. */
export const AJV_OPTIONS: Options = {
  allErrors: true,
  discriminator: true,
  allowUnionTypes: true,
  // `oneOf` of sinks leaves properties to its branches.
  strictTypes: false,
  strictRequired: false,
  // Otherwise the large table of smsd's settings would be compiled once for each reference to it.
  inlineRefs: false,
  validateSchema: false,
  messages: false,
};
