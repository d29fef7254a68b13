import type { ErrorObject } from "ajv";
import type { JsonSchema } from "./schema/build.ts";
import { didYouMean } from "./suggest.ts";

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "a mapping (key: value)",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

/** What a value would have to be, to stand after "but". */
export function expectation({ keyword, params }: ErrorObject, schema: JsonSchema): string {
  switch (keyword) {
    case "type":
      if (Array.isArray(schema.enum)) return `it must be one of: ${schema.enum.map(String).join(", ")}`;
      return `it must be ${[params.type].flat().map(typeWords).join(" or ")}`;
    case "enum":
      return `it must be one of: ${params.allowedValues.map(String).join(", ")}`;
    case "const":
      return `it must be ${JSON.stringify(params.allowedValue)}`;
    case "minimum":
      return `it must be at least ${params.limit}`;
    case "maximum":
      return `it must be at most ${params.limit}`;
    case "minLength":
      return "it must not be empty";
    case "maxLength":
      return `it may have ${params.limit} characters at most`;
    case "minItems":
    case "minProperties":
      return `it needs at least ${counted(params.limit)}`;
    case "maxItems":
    case "maxProperties":
      return `it may have ${counted(params.limit)} at most`;
    case "uniqueItems":
      return "none of its entries may stand there twice";
    default:
      return "it does not have the right form";
  }
}

function typeWords(type: string): string {
  return TYPE_WORDS[type] ?? type;
}

function counted(limit: number): string {
  return limit === 1 ? "one entry" : `${limit} entries`;
}

/** For a value that is nearly one of the allowed ones. */
export function suggestion(error: ErrorObject, value: unknown): string | undefined {
  if (error.keyword !== "enum" || typeof value !== "string") return undefined;
  return didYouMean(value, error.params.allowedValues.map(String)).trim() || undefined;
}

const SPOKEN_BOOLEANS: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };

/** For scalars whose quotes are missing, or too many: YAML alone decides by them what is a number. */
export function quotingFix({ keyword, params }: ErrorObject, value: unknown): string | undefined {
  if (keyword !== "type") return undefined;
  const expected = [params.type].flat();
  if (expected.includes("string") && (typeof value === "number" || typeof value === "boolean")) {
    return expected.length === 1 ? `Put it in quotes: \`"${value}"\`.` : undefined;
  }
  if (typeof value !== "string") return undefined;
  if (expected.includes("integer") && /^-?\d+$/.test(value)) return "Remove the quotes.";
  const meant = expected.includes("boolean") ? SPOKEN_BOOLEANS[value.toLowerCase()] : undefined;
  return meant === undefined ? undefined : `Write \`${meant}\`.`;
}
