import { printable } from "../../core/diagnostics.ts";

const MAX_QUOTED = 60;

/** A value from the file, quoted for one line of text: short, and unable to drive a terminal. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  if (value === null || value === undefined) return "empty";
  const text = printable(String(value));
  return `\`${text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text}\``;
}
