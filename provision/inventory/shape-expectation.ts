import type { ErrorObject } from "ajv";
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
export function expectation({ keyword, params }: ErrorObject): string {
  switch (keyword) {
    case "type":
      return `it must be ${[params.type].flat().map(typeWords).join(" or ")}`;
    case "enum":
      return `it must be one of: ${params.allowedValues.map(String).join(", ")}`;
    case "const":
      return `it must be ${JSON.stringify(params.allowedValue)}`;
    case "minimum":
    case "maximum":
      return `it must be ${params.comparison} ${params.limit}`;
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
      return "no entry may stand in it twice";
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
