/** A place in a text file; line and column count from 1, as editors do. */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters to underline, at least 1. */
  readonly length: number;
}

/** One problem (or remark) about something a person wrote. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Stable kebab-case name of the rule that speaks, e.g. `unknown-model`. */
  readonly rule: string;
  /** What is wrong: one fixed sentence, values quoted. */
  readonly what: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
  readonly range?: SourceRange;
  /** True if the range holds a secret that does not belong there: its place may be shown, its text never. */
  readonly secret?: boolean;
}

/** The text with every secret that diagnostics found in it replaced by stars; positions stay what they were. */
export function hideSecrets(source: string, diagnostics: readonly Diagnostic[]): string {
  const lines = source.split("\n");
  for (const { secret, range } of diagnostics) {
    const line = lines[(range?.line ?? 0) - 1];
    if (!secret || range === undefined || line === undefined) continue;
    const start = range.column - 1;
    const end = Math.min(line.length, start + range.length);
    lines[range.line - 1] = `${line.slice(0, start)}${"*".repeat(Math.max(0, end - start))}${line.slice(end)}`;
  }
  return lines.join("\n");
}

/**
 * Lays one diagnostic out for people: position, two lines of context, a caret, what, why, what to do.
 * `source` is the whole text the range points into.
 */
export function renderDiagnostic(diagnostic: Diagnostic, source: string): string {
  const { range } = diagnostic;
  const place = range ? `${range.file}:${range.line}:${range.column}: ` : "";
  const lines = [`${place}${diagnostic.severity}: ${diagnostic.what} [${diagnostic.rule}]`];
  if (range) lines.push(...excerpt(source, range));
  lines.push(`  why: ${diagnostic.why}`, `  fix: ${diagnostic.fix}`);
  return lines.join("\n");
}

const CONTEXT_LINES = 2;
const MAX_WIDTH = 160;

function excerpt(source: string, range: SourceRange): string[] {
  const all = source.split(/\r?\n/);
  const first = Math.max(1, range.line - CONTEXT_LINES);
  const gutter = String(range.line).length;
  const out: string[] = [];
  for (let line = first; line <= range.line; line++) {
    out.push(`  ${String(line).padStart(gutter)} | ${printable(all[line - 1] ?? "")}`.trimEnd());
  }
  const width = Math.max(1, Math.min(range.length, MAX_WIDTH - range.column));
  if (range.column < MAX_WIDTH) {
    out.push(`  ${" ".repeat(gutter)} | ${" ".repeat(range.column - 1)}${"^".repeat(width)}`);
  }
  return out;
}

/** Control characters become visible one-column signs, so that an excerpt can neither drive a terminal nor shift the caret. */
export function printable(text: string): string {
  return text
    .slice(0, MAX_WIDTH)
    .replaceAll("\t", " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "\u00b7");
}
