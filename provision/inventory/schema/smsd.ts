import type { SmsdSetting } from "../smsd-setting.ts";
import type { SmsdSection } from "../smsd-settings.ts";
import { settingsOf } from "../smsd-settings.ts";
import { absolutePath, FIX_KEYWORD, type JsonSchema, list, map, matching, object, oneOfWords } from "./build.ts";

const settingName = "^[A-Za-z][A-Za-z0-9_]{0,63}$";

/** The schema of one setting's value. */
export function settingSchema(setting: SmsdSetting): JsonSchema {
  const { type, why: description } = setting;
  switch (type.kind) {
    case "yes-no":
      return {
        type: ["boolean", "string"],
        description,
        enum: ["yes", "no", true, false],
        [FIX_KEYWORD]: "Write yes or no.",
      };
    case "integer":
      return type.words === undefined
        ? { type: "integer", description, minimum: type.min, maximum: type.max }
        : { ...range(type), type: ["integer", "string"], description, pattern: `^(${type.words.join("|")})$` };
    case "number-choice":
      return { type: "integer", description, enum: type.values };
    case "seconds":
      return {
        ...range(type),
        type: ["integer", "string"],
        description,
        pattern: "^[0-9]{1,9}(s|m|h|d)?$",
        [FIX_KEYWORD]: `Write ${type.min} to ${type.max} seconds, or a number with s, m, h or d.`,
      };
    case "choice":
      return choiceSchema(type.values, description);
    case "text":
      return textSchema(type, description);
    case "texts":
      return list(description, textSchema(type, description), { minItems: 1, maxItems: 100 });
    case "path":
      return absolutePath(description);
    case "handler":
      return matching(
        description,
        "^/[A-Za-z0-9/_.-]*$",
        "Write the absolute path of one program, of letters, digits and `/ _ . -`; smsd gives it to a shell unquoted.",
        200,
      );
  }
}

function range(type: { readonly min: number; readonly max: number }): JsonSchema {
  return {
    minimum: type.min,
    maximum: type.max,
    [FIX_KEYWORD]: `Write a whole number from ${type.min} to ${type.max}.`,
  };
}

/** YAML reads a bare yes as text but true as a boolean; where yes is one of the choices, both are meant alike. */
function choiceSchema(values: readonly string[], description: string): JsonSchema {
  if (!values.includes("yes")) return oneOfWords(description, values);
  return { type: ["boolean", "string"], description, enum: [...values, true, false] };
}

/** What no value of smsd.conf may hold is a rule with words of its own (rules/settings.ts). */
function textSchema(type: { readonly max: number; readonly allowed?: string }, description: string): JsonSchema {
  const schema: JsonSchema = { type: "string", description, maxLength: type.max };
  if (type.allowed === undefined) return schema;
  const fix = `Write at most ${type.max} characters, in quotes, that match ${type.allowed}`;
  return { ...schema, pattern: `^(${type.allowed})$`, [FIX_KEYWORD]: fix };
}

function settingProperties(section: SmsdSection): Record<string, JsonSchema> {
  const entries = [...settingsOf(section).values()].map((setting) => [setting.name, settingSchema(setting)] as const);
  return Object.fromEntries(entries);
}

function extraSchema(where: string): JsonSchema {
  return map(
    `Settings of smsd that are not known here, written into ${where} as they are. Those that are known belong above.`,
    settingName,
    {
      type: ["string", "integer", "boolean", "array"],
      description: "A text, a whole number, yes or no, or a list of texts for a setting that smsd lets one repeat.",
      items: { type: "string", description: "One of several values." },
      maxItems: 100,
    },
  );
}

/** `smsd` of a modem, a model or a quirk: settings of a modem's section of smsd.conf. */
export function modemSettingsSchema(): JsonSchema {
  return object("Settings of smsd for a modem's section, under smsd's own names.", {
    ...settingProperties("modem"),
    extra: extraSchema("the modem's section"),
  });
}

const FOLDERS = {
  incoming: "Received messages, as smsd writes them.",
  outgoing: "Messages to send; put files here by rename.",
  checked: "smsd's own queue of outgoing messages. Nothing else may write here.",
  sent: "Messages that were sent.",
  failed: "Messages that could not be sent.",
  report: "Status reports.",
  saved: "Parts of long messages that still miss others; on the filesystem of incoming.",
  stats: "smsd's statistics and status file.",
} as const;

/** `smsd`: the daemon, its folders and its global settings. */
export function smsdSchema(): JsonSchema {
  const folders = Object.entries(FOLDERS).map(([name, description]) => [name, absolutePath(description)] as const);
  const account = "^[a-z_][a-z0-9_-]{0,30}$";
  const accountFix = "Write a system account's name: small letters, digits, `_` and `-`.";
  return object("The SMS daemon.", {
    package: matching(
      "Debian package that brings smsd.",
      "^[a-z0-9][a-z0-9.+-]+$",
      "Write a Debian package's name.",
      100,
    ),
    binary: absolutePath("The program that the package must provide."),
    user: matching("Account that smsd runs as.", account, accountFix),
    group: matching("Group that smsd runs as; it must be allowed to open the ports.", account, accountFix),
    logfile: absolutePath("smsd's log; health checks read it, so it is a file and not syslog."),
    spool: object("smsd's folders. Those not named lie in `base` under their own names.", {
      base: absolutePath("Folder of all folders that are not named one by one."),
      ...Object.fromEntries(folders),
    }),
    settings: object("smsd's global settings, under smsd's own names.", settingProperties("global")),
    extra: extraSchema("the global part"),
  });
}
