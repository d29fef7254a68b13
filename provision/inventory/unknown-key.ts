import type { Diagnostic } from "../../core/diagnostics.ts";
import { type KeyPath, keyPathText } from "./key-path.ts";
import { quote } from "./quote.ts";
import { type OwnedSetting, ownedSettings } from "./smsd-owned.ts";
import { type SmsdSection, settingsOf } from "./smsd-settings.ts";
import { closest } from "./suggest.ts";

type Words = Pick<Diagnostic, "rule" | "what" | "why" | "fix" | "secret">;

/** A key that the schema does not know at this place. */
export function unknownKey(key: string, path: KeyPath, known: readonly string[], value: unknown): Words {
  const where = path.length === 0 ? "The inventory" : `\`${keyPathText(path)}\``;
  const best = closest(key, known);
  const others = value === null ? AFTER_A_COMMA : `Use one of: ${known.join(", ")}.`;
  return {
    rule: "unknown-key",
    what: `${where} has no key ${quote(key)}.${best === undefined ? "" : ` Did you mean \`${best}\`?`}`,
    why: "A key that nothing reads would silently do nothing.",
    fix: best === undefined ? others : `Write \`${best}\`.`,
  };
}

/** `{ reset: AT+CFUN=1,1 }` is a text and a key `1` without a value. */
const AFTER_A_COMMA = "If it belongs to the text before it, put that text in quotes: in `{ … }` a comma ends it.";

/** The same where settings of smsd stand; undefined elsewhere. */
export function unknownSetting(key: string, path: KeyPath): Words | undefined {
  const section = smsdSectionAt(path);
  if (section === undefined) return undefined;
  const owned = ownedSettings(section).get(key);
  if (owned) return ownedKey(owned);
  return misplaced(key, section) ?? unheardOf(key, path, section);
}

/** A setting that something else decides; a PIN in clear may not be shown again. */
export function ownedKey({ name, why, instead, secret }: OwnedSetting): Words {
  return {
    rule: "owned-setting",
    what: `\`${name}\` may not be set here.`,
    why,
    fix: instead,
    ...(secret ? { secret } : {}),
  };
}

/** Which of smsd's sections a path leads into, if any. */
function smsdSectionAt(path: KeyPath): SmsdSection | undefined {
  const last = path.at(-1);
  if (path[0] === "smsd" && last === "settings") return "global";
  return last === "smsd" && path.length > 1 ? "modem" : undefined;
}

function misplaced(key: string, section: SmsdSection): Words | undefined {
  const other = section === "global" ? "modem" : "global";
  if (!settingsOf(other).has(key)) return undefined;
  const place = other === "modem" ? "the section of a modem" : "its global part";
  return {
    rule: "misplaced-setting",
    what: `\`${key}\` is a setting for ${place}.`,
    why: "smsd refuses to start with a setting in the wrong place.",
    fix: `Move it to \`${other === "modem" ? "modems[].smsd" : "smsd.settings"}\`.`,
  };
}

function unheardOf(key: string, path: KeyPath, section: SmsdSection): Words {
  const best = closest(key, settingsOf(section).keys());
  const extra = section === "global" ? "smsd.extra" : `${keyPathText(path)}.extra`;
  return {
    rule: "unknown-setting",
    what: `${quote(key)} is no setting of smsd that is known here.${best === undefined ? "" : ` Did you mean \`${best}\`?`}`,
    why: "smsd refuses to start with a setting that it does not know.",
    fix: best === undefined ? `If smsd knows it all the same, put it under \`${extra}\`.` : `Write \`${best}\`.`,
  };
}
