/*
 * The little of JSON Schema that parameters and bodies of the API need. It goes into the OpenAPI document as it stands, and
 * `misfit` checks by it: a validator for all of JSON Schema would cost the agent megabytes.
 */

export type ValueSchema =
  | {
      readonly type: "string";
      readonly description: string;
      readonly pattern?: string;
      readonly enum?: readonly string[];
      readonly maxLength?: number;
      readonly examples?: readonly string[];
    }
  | {
      readonly type: "integer";
      readonly description: string;
      readonly minimum: number;
      readonly maximum: number;
      readonly default?: number;
    };

export interface ObjectSchema {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly properties: Readonly<Record<string, ValueSchema>>;
  readonly required?: readonly string[];
}

/** What is wrong with a value, completing "NAME …"; undefined if nothing is. */
export function misfit(value: unknown, schema: ValueSchema): string | undefined {
  if (schema.type === "integer") {
    const { minimum, maximum } = schema;
    const fits = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
    return fits ? undefined : `must be a whole number from ${minimum} to ${maximum}`;
  }
  if (typeof value !== "string") return "must be a string";
  // As JSON Schema counts: characters, not UTF-16 units.
  if (schema.maxLength !== undefined && [...value].length > schema.maxLength) {
    return `must have ${schema.maxLength} characters at most`;
  }
  if (schema.enum && !schema.enum.includes(value)) return `must be one of ${schema.enum.join(", ")}`;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    return `must match ${schema.pattern}`;
  }
  return undefined;
}

/** The first thing that is wrong with a body; undefined if nothing is. */
export function bodyMisfit(body: unknown, { properties, required = [] }: ObjectSchema): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "the body must be an object";
  const entries = Object.entries(body);
  const unknown = entries.find(([name]) => !Object.hasOwn(properties, name));
  if (unknown) {
    const known = Object.keys(properties);
    return `"${unknown[0].slice(0, 40)}" is not known here; known: ${known.length === 0 ? "nothing" : known.join(", ")}`;
  }
  const missing = required.find((name) => !Object.hasOwn(body, name));
  if (missing !== undefined) return `"${missing}" is missing`;
  for (const [name, value] of entries) {
    const schema = properties[name];
    const wrong = schema && misfit(value, schema);
    if (wrong !== undefined) return `"${name}" ${wrong}`;
  }
  return undefined;
}
