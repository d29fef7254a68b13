/** One line of smsd.conf that says something. */
export interface ConfLine {
  readonly kind: "section" | "setting" | "broken";
  /** From 1, as editors count. */
  readonly number: number;
  /** The line as written, trimmed. It may hold a secret: only `shownLine` is for eyes. */
  readonly text: string;
  /** The section's name as written, or the setting's in small letters. Empty if broken. */
  readonly name: string;
  readonly value: string;
}

export interface ConfSection {
  readonly header: ConfLine;
  readonly lines: readonly ConfLine[];
}

/** An smsd.conf as smsd itself reads it. */
export interface SmsdConf {
  readonly globals: readonly ConfLine[];
  readonly sections: readonly ConfSection[];
  readonly comments: number;
}

/** smsd reads lines with fgets into 4128 bytes; the rest of a longer one is a line of its own (src/cfgfile.c, 3.1.21). */
const LONGEST_LINE = 4127;

/** Reads smsd.conf by smsd's own grammar (src/cfgfile.c of smstools 3.1.21). Never throws. */
export function parseSmsdConf(text: string): SmsdConf {
  const globals: ConfLine[] = [];
  const sections: { header: ConfLine; lines: ConfLine[] }[] = [];
  let comments = 0;
  text.split("\n").forEach((raw, index) => {
    for (const piece of pieces(raw)) {
      const line = readLine(trimmed(piece), index + 1);
      if (line === "comment") comments += 1;
      else if (line?.kind === "section") sections.push({ header: line, lines: [] });
      else if (line) (sections.at(-1)?.lines ?? globals).push(line);
    }
  });
  return { globals, sections, comments };
}

function pieces(raw: string): readonly string[] {
  if (raw.length * 3 <= LONGEST_LINE) return [raw];
  const bytes = new TextEncoder().encode(raw);
  const decoder = new TextDecoder();
  const count = Math.max(1, Math.ceil(bytes.length / LONGEST_LINE));
  return Array.from({ length: count }, (_, piece) =>
    decoder.decode(bytes.subarray(piece * LONGEST_LINE, (piece + 1) * LONGEST_LINE)),
  );
}

/** To C the text ends at a NUL; blanks and control characters around it do not count. */
function trimmed(piece: string): string {
  const [text = ""] = piece.split("\0");
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(0, end).replace(/^[ \t]+/, "");
}

function readLine(text: string, number: number): ConfLine | "comment" | undefined {
  if (text === "") return undefined;
  // Only a whole line can be a comment: smsd takes a later `#` for a part of the value.
  if (text.startsWith("#")) return "comment";
  if (text.startsWith("[")) {
    const end = text.indexOf("]");
    return { kind: "section", number, text, name: end === -1 ? "" : text.slice(1, end), value: "" };
  }
  const equals = text.indexOf("=");
  if (equals <= 0) return { kind: "broken", number, text, name: "", value: "" };
  const name = text.slice(0, equals).trim().toLowerCase();
  return { kind: "setting", number, text, name, value: firstAlternative(text.slice(equals + 1).trim()) };
}

/** `? a | b` lets a person choose at the start with `smsd -a`; otherwise the first counts. */
function firstAlternative(value: string): string {
  if (!value.startsWith("?")) return value;
  return value.slice(1).split("|")[0]?.trim() ?? "";
}
