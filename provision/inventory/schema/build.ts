/** A JSON Schema, as far as ours goes. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export type Properties = Readonly<Record<string, JsonSchema>>;

/** Keyword of ours beside the standard ones: what to do when a value does not fit. */
export const FIX_KEYWORD = "x-fix";

/** Keyword of ours: what stands here instead of a reference is a secret, and no message may repeat it. */
export const SECRET_KEYWORD = "x-secret";

interface ObjectOptions {
  readonly required?: readonly string[];
  readonly extra?: JsonSchema;
}

/** An object with these properties and no others. */
export function object(description: string, properties: Properties, options: ObjectOptions = {}): JsonSchema {
  return {
    type: "object",
    description,
    properties,
    additionalProperties: false,
    ...(options.required ? { required: options.required } : {}),
    ...options.extra,
  };
}

/** An object whose keys are free within `keys`. */
export function map(description: string, keys: string, values: JsonSchema, extra: JsonSchema = {}): JsonSchema {
  return { type: "object", description, propertyNames: { pattern: keys }, additionalProperties: values, ...extra };
}

export function list(description: string, items: JsonSchema, extra: JsonSchema = {}): JsonSchema {
  return { type: "array", description, items, ...extra };
}

export function flag(description: string): JsonSchema {
  return { type: "boolean", description };
}

/** One line of text: it may end in a comment or a log line. */
export function text(description: string, maxLength: number): JsonSchema {
  return {
    type: "string",
    description,
    minLength: 1,
    maxLength,
    pattern: "^[^\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]+$",
    [FIX_KEYWORD]: `Write one line of at most ${maxLength} characters, without control characters.`,
  };
}

export function matching(description: string, pattern: string, fix: string, maxLength = 200): JsonSchema {
  return { type: "string", description, pattern, maxLength, [FIX_KEYWORD]: fix };
}

export function whole(description: string, minimum: number, maximum: number): JsonSchema {
  return { type: "integer", description, minimum, maximum };
}

export function oneOfWords(description: string, words: readonly string[]): JsonSchema {
  return { type: "string", description, enum: words };
}

const DURATION = "^[0-9]{1,9}(s|m|h|d)?$";

/** Seconds as a number, or a text with a unit. Its range is a matter of the named rules. */
export function duration(description: string): JsonSchema {
  return {
    type: ["string", "integer"],
    description,
    pattern: DURATION,
    minimum: 0,
    maximum: 999_999_999,
    [FIX_KEYWORD]: "Write seconds, or a number with s, m, h or d: `30`, `30s`, `10m`, `4h`, `2d`.",
  };
}

/** Absolute and without `..`, empty parts or characters that some target syntax cannot carry. */
const ABSOLUTE_PATH = "^/(?!.*(^|/)\\.\\.?(/|$))[A-Za-z0-9._@:+-][A-Za-z0-9._@:+/-]*$";

export function absolutePath(description: string): JsonSchema {
  return matching(
    description,
    ABSOLUTE_PATH,
    "Write an absolute path without `..`, made of letters, digits and `. _ - @ : + /`.",
    250,
  );
}

const SECRET_FIX =
  "Keep the value out of this file and name its place: `{ file: NAME }`, `{ env: NAME }` or `{ credential: NAME }`.";

/** A reference to a secret: exactly one of three places. */
export function secret(description: string): JsonSchema {
  return {
    type: "object",
    description: `${description} Only a reference: the value itself never stands in this file.`,
    properties: {
      file: matching(
        "File with the value; a name without `/` is looked for in /etc/modemkeeper/secrets. Mode 0600.",
        "^(?!.*(^|/)\\.\\.?(/|$))[A-Za-z0-9._@:+/-]+$",
        "Write a file name, or an absolute path without `..`.",
        250,
      ),
      env: matching(
        "Environment variable with the value.",
        "^[A-Za-z_][A-Za-z0-9_]*$",
        "Write a variable's name.",
        100,
      ),
      credential: matching(
        "systemd credential (LoadCredential=) with the value.",
        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        "Write a credential's name.",
        100,
      ),
    },
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    [FIX_KEYWORD]: SECRET_FIX,
    [SECRET_KEYWORD]: true,
  };
}
