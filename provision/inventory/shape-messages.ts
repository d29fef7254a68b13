import type { ErrorObject } from "ajv";
import type { Diagnostic, SourceRange } from "../../core/diagnostics.ts";
import { keyPathText, pointerPath } from "./key-path.ts";
import { quote } from "./quote.ts";
import { FIX_KEYWORD, type JsonSchema, type Properties, SECRET_KEYWORD } from "./schema/build.ts";
import { childOf, schemaAt } from "./schema-at.ts";
import { expectation, quotingFix, suggestion } from "./shape-expectation.ts";
import type { Source } from "./source.ts";
import { unknownKey, unknownSetting } from "./unknown-key.ts";

/** An ajv error with everything that a sentence about it needs. */
interface ShapeError {
  readonly error: ErrorObject;
  readonly path: readonly string[];
  /** `modems[0].name`. */
  readonly name: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  locate(path: readonly string[], part?: "value" | "key"): SourceRange;
}

/** One schema error in words, at its place. */
export function shapeDiagnostic(error: ErrorObject, source: Source): Diagnostic {
  const path = pointerPath(error.instancePath);
  const schema = schemaAt(path, source.value);
  const value = path.reduce<unknown>(childOf, source.value);
  const subject: ShapeError = { error, path, name: keyPathText(path), schema, value, locate: source.locate };
  if (error.keyword === "additionalProperties") return superfluousKey(subject);
  if (error.keyword === "required") return missingKey(subject);
  if (error.keyword === "discriminator") return unknownType(subject);
  const badName = error.propertyName ?? error.params.propertyName;
  return badName === undefined ? badValue(subject) : badKey(subject, String(badName));
}

function superfluousKey({ error, path, schema, value, locate }: ShapeError): Diagnostic {
  const key = String(error.params.additionalProperty);
  const words =
    unknownSetting(key, path) ?? unknownKey(key, path, Object.keys(propertiesOf(schema)), childOf(value, key));
  return { severity: "error", ...words, range: locate([...path, key], words.secret ? "value" : "key") };
}

function missingKey({ error, path, name, schema, locate }: ShapeError): Diagnostic {
  const key = String(error.params.missingProperty);
  return {
    severity: "error",
    rule: "missing-key",
    what: path.length === 0 ? `The inventory lacks \`${key}\`.` : `\`${name}\` lacks \`${key}\`.`,
    why: describe(propertiesOf(schema)[key]) ?? "It cannot be guessed.",
    fix: `Add \`${key}:\`.`,
    range: locate(path),
  };
}

function unknownType({ path, name, schema, value, locate }: ShapeError): Diagnostic {
  const type = childOf(value, "type");
  return {
    severity: "error",
    rule: "unknown-type",
    what:
      type === undefined
        ? `\`${name}\` lacks \`type\`.`
        : `\`${name}.type\` is ${quote(type)}, which is none that is known.`,
    why: "The type says what kind of receiver it is, and so which other keys it has.",
    fix: fixOf(schema) ?? "Correct the type.",
    range: locate([...path, "type"]),
  };
}

function badKey({ error, path, name, schema, locate }: ShapeError, key: string): Diagnostic {
  const pattern = error.params.pattern ?? childOf(schema.propertyNames, "pattern");
  return {
    severity: "error",
    rule: "bad-key",
    what: `${quote(key)} cannot be a key of \`${name}\`.`,
    why: describe(schema) ?? "Keys here are names that other programs must be able to read.",
    fix: `Keys here match the pattern ${pattern}.`,
    range: locate([...path, key], "key"),
  };
}

function badValue({ error, path, name, schema, value, locate }: ShapeError): Diagnostic {
  const expected = expectation(error, schema);
  const secret = schema[SECRET_KEYWORD] === true && !isMapping(value);
  const shown = error.keyword === "type" && typeof value === "string" ? `the text ${quote(value)}` : quote(value);
  const subject = path.length === 0 ? "The inventory" : `\`${name}\``;
  return {
    severity: "error",
    rule: error.keyword === "type" ? "wrong-type" : "bad-value",
    what:
      SECRET_KEYWORD in schema ? `${subject} is no reference to a secret.` : `${subject} is ${shown}, but ${expected}.`,
    why: describe(schema) ?? "Nothing else is meant here.",
    fix: quotingFix(error, value) ?? fixOf(schema) ?? suggestion(error, value) ?? `Change it: ${expected}.`,
    range: locate(path),
    ...(secret ? { secret } : {}),
  };
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function propertiesOf(schema: JsonSchema): Properties {
  return (schema.properties as Properties | undefined) ?? {};
}

function describe(schema: JsonSchema | undefined): string | undefined {
  return typeof schema?.description === "string" ? schema.description : undefined;
}

function fixOf(schema: JsonSchema): string | undefined {
  const fix = schema[FIX_KEYWORD];
  return typeof fix === "string" ? fix : undefined;
}
