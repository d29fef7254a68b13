import type { ErrorObject } from "ajv";
import type { Diagnostic } from "../../core/diagnostics.ts";
import { type KeyPath, keyPathText, pointerPath } from "./key-path.ts";
import { quote } from "./quote.ts";
import { FIX_KEYWORD, type JsonSchema, type Properties } from "./schema/build.ts";
import { schemaAt, valueAt } from "./schema-at.ts";
import { ownedSettings } from "./smsd-owned.ts";
import { settingsOf } from "./smsd-settings.ts";
import type { Source } from "./source.ts";
import { closest, didYouMean } from "./suggest.ts";

type Words = Pick<Diagnostic, "rule" | "what" | "why" | "fix">;

/** An ajv error with the schema and the value it is about. */
interface ShapeError extends ErrorObject {
  readonly parentSchema: JsonSchema;
}

/** One schema error in words, at its place. */
export function shapeDiagnostic(bare: ErrorObject, source: Source): Diagnostic {
  const { keyword, parent } = schemaAt(bare.schemaPath);
  const data = valueAt(source.value, pointerPath(bare.instancePath));
  const error: ShapeError = { ...bare, schema: keyword, parentSchema: parent, data };
  const path = pointerPath(error.instancePath);
  const name = keyPathText(path);
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(error.params.additionalProperty);
      const range = source.locate([...path, key], "key");
      return { severity: "error", ...unknownKey(key, path, error), range };
    }
    case "required":
      return { severity: "error", ...missingKey(name, error), range: source.locate(path) };
    case "propertyNames": {
      const key = String(error.params.propertyName);
      return { severity: "error", ...badKey(key, name, error), range: source.locate([...path, key], "key") };
    }
    default: {
      const inName = error.propertyName;
      if (inName !== undefined) {
        return { severity: "error", ...badKey(inName, name, error), range: source.locate([...path, inName], "key") };
      }
      return { severity: "error", ...badValue(name, error), range: source.locate(path) };
    }
  }
}

function unknownKey(key: string, path: KeyPath, error: ShapeError): Words {
  const known = Object.keys(propertiesOf(error));
  const where = path.length === 0 ? "the inventory" : `\`${keyPathText(path)}\``;
  const owned = ownedKey(key, path);
  if (owned)
    return { rule: "owned-setting", what: `\`${key}\` may not be set here.`, why: owned.why, fix: owned.instead };
  const settings = smsdSectionAt(path);
  const best = closest(key, known);
  const otherwise =
    settings === undefined
      ? `Use one of: ${known.join(", ")}.`
      : "If smsd knows it all the same, put it under `extra`. `provision schema` lists all known settings.";
  return {
    rule: settings === undefined ? "unknown-key" : "unknown-setting",
    what: `${where} has no key ${quote(key)}.${didYouMean(key, known)}`,
    why: misplaced(key, path) ?? "A key that nothing reads would silently do nothing.",
    fix: best === undefined ? otherwise : `Write \`${best}\`.`,
  };
}

/** Which of smsd's sections a path leads into, if any. */
function smsdSectionAt(path: KeyPath): "global" | "modem" | undefined {
  const last = path.at(-1);
  if (path[0] === "smsd" && last === "settings") return "global";
  return last === "smsd" && path.length > 1 ? "modem" : undefined;
}

function ownedKey(key: string, path: KeyPath) {
  const section = smsdSectionAt(path);
  return section === undefined ? undefined : ownedSettings(section).get(key);
}

/** A modem's setting among the global ones, or the other way round. */
function misplaced(key: string, path: KeyPath): string | undefined {
  const section = smsdSectionAt(path);
  if (section === undefined) return undefined;
  const other = section === "global" ? "modem" : "global";
  if (!settingsOf(other).has(key)) return undefined;
  return other === "modem"
    ? "smsd reads it in the section of a modem only: it belongs to `modems[].smsd`."
    : "smsd reads it in its global part only: it belongs to `smsd.settings`.";
}

function missingKey(name: string, error: ShapeError): Words {
  const key = String(error.params.missingProperty);
  return {
    rule: "missing-key",
    what: `\`${name}\` lacks \`${key}\`.`.replace("`the inventory`", "The inventory"),
    why: describe(propertiesOf(error)[key]) ?? "It cannot be guessed.",
    fix: `Add \`${key}:\`.`,
  };
}

function badKey(key: string, name: string, error: ShapeError): Words {
  return {
    rule: "bad-key",
    what: `${quote(key)} cannot be a key of \`${name}\`.`,
    why: describe(error.parentSchema) ?? "Keys here are names that other programs must be able to read.",
    fix: `Keys here match the pattern ${patternOf(error)}.`,
  };
}

function patternOf(error: ShapeError): string {
  const names: unknown = error.keyword === "propertyNames" ? error.schema : error.parentSchema;
  const pattern =
    typeof names === "object" && names !== null && "pattern" in names ? names.pattern : error.params.pattern;
  return String(pattern);
}

function badValue(name: string, error: ShapeError): Words {
  const why = describe(error.parentSchema) ?? "Nothing else is meant here.";
  const fix = error.parentSchema[FIX_KEYWORD];
  const expected = expectation(error);
  return {
    rule: error.keyword === "type" ? "wrong-type" : "bad-value",
    what: `\`${name}\` is ${quote(error.data)}, but ${expected}.`,
    why,
    fix: typeof fix === "string" ? fix : (suggestion(error) ?? `Change it so that it fits: ${expected}.`),
  };
}

function propertiesOf(error: ShapeError): Properties {
  return (error.parentSchema.properties as Properties | undefined) ?? {};
}

function describe(schema: JsonSchema | undefined): string | undefined {
  return typeof schema?.description === "string" ? schema.description : undefined;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "a mapping (key: value)",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function expectation(error: ShapeError): string {
  const { keyword, params } = error;
  switch (keyword) {
    case "type":
      return `it must be ${[params.type]
        .flat()
        .map((type) => TYPE_WORDS[type] ?? type)
        .join(" or ")}`;
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
      return `it needs at least ${params.limit} entry`;
    case "maxItems":
      return `it may have ${params.limit} entries at most`;
    case "minProperties":
    case "maxProperties":
      return keyword === "minProperties"
        ? `it needs at least ${params.limit} key`
        : `it may have ${params.limit} keys at most`;
    case "uniqueItems":
      return "no entry may stand in it twice";
    case "discriminator":
      return "its `type` is none that is known";
    default:
      return "it does not have the right form";
  }
}

function suggestion(error: ShapeError): string | undefined {
  if (error.keyword !== "enum" || typeof error.data !== "string") return undefined;
  const best = closest(error.data, error.params.allowedValues.map(String));
  return best === undefined ? undefined : `Did you mean \`${best}\`?`;
}
