import type { SmsdValue } from "../../core/model/smsd-value.ts";
import type { SettingType } from "../inventory/smsd-setting.ts";

/** A value as smsd understands it, or why it understands something else. */
export type Typed = { readonly value: SmsdValue } | { readonly problem: string };

/** Reads values as smsd 3.1.21 does: numbers with atoi, yes and no by their first letter. */
export function typedValue(type: SettingType, values: readonly string[]): Typed {
  const text = values.at(-1) ?? "";
  switch (type.kind) {
    case "yes-no":
      return yesNo(text);
    case "integer":
      return type.words?.includes(text.toLowerCase()) ? { value: text.toLowerCase() } : whole(text);
    case "number-choice":
    case "seconds":
      return whole(text);
    case "choice":
      return chosen(type.values, text);
    case "texts":
      return { value: values };
    case "text":
    case "path":
    case "handler":
      return { value: text };
  }
}

function yesNo(text: string): Typed {
  if (/^[1yt]/i.test(text)) return { value: true };
  if (/^[0nf]/i.test(text)) return { value: false };
  return { problem: "This is neither yes nor no, and smsd refuses to start with it." };
}

function whole(text: string): Typed {
  const digits = /^\s*([+-]?\d{1,9})(?!\d)/.exec(text)?.[1];
  if (digits === undefined) return { problem: "This is no number; smsd silently takes it for 0." };
  return { value: Number(digits) + 0 };
}

/** Words in any case; numbers count the choices of `no, yes, …`, as in smsd's older versions. */
function chosen(values: readonly string[], text: string): Typed {
  const word = values.find((value) => value.toLowerCase() === text.toLowerCase());
  if (word !== undefined) return { value: word };
  if (!values.includes("yes")) return { problem: `smsd knows ${values.join(", ")} here.` };
  const numbered = /^\d$/.test(text) ? values[Number(text)] : undefined;
  if (numbered !== undefined) return { value: numbered };
  const flag = yesNo(text);
  return "problem" in flag ? flag : { value: flag.value === true ? "yes" : "no" };
}
