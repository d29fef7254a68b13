import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
} from "yaml";
import { type Diagnostic, printable, type SourceRange } from "../../core/diagnostics.ts";
import type { KeyPath } from "./key-path.ts";

/** A YAML text that was read: its value, and where each part of it stands. */
export interface Source {
  readonly value: unknown;
  /** Range of the value at `path`, of its key, or of the nearest part above that exists. */
  locate(path: KeyPath, part?: "value" | "key"): SourceRange;
}

export interface SourceResult {
  readonly source?: Source;
  readonly diagnostics: readonly Diagnostic[];
}

/** One hand-written file for one machine; a megabyte is far beyond any of them. */
const MAX_LENGTH = 1_000_000;
/** Aliases of aliases grow exponentially; real inventories reuse a handful of anchors. */
const MAX_ALIASES = 100;
const MAX_PROBLEMS = 100;

/** Reads one YAML document; every syntax error is reported at its place. Never throws. */
export function readSource(file: string, text: string): SourceResult {
  const start: SourceRange = { file, line: 1, column: 1, length: 1 };
  if (text.length > MAX_LENGTH) {
    return failure({ ...TOO_LARGE, what: `The inventory has ${text.length} characters.`, range: start });
  }
  const lines = new LineCounter();
  const place = placer(file, text, lines);
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    if (!Array.isArray(documents)) return failure({ ...EMPTY, range: start });
    return readDocuments(documents, place, start);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return failure({ ...TOO_DEEP, range: start });
  }
}

function readDocuments(documents: readonly Document.Parsed[], place: Placer, start: SourceRange): SourceResult {
  const [document, second] = documents;
  if (document === undefined) return failure({ ...EMPTY, range: start });
  if (second !== undefined) return failure({ ...SEVERAL, range: place(second.range[0], second.range[0] + 3) });
  const problems = [...document.errors, ...document.warnings].slice(0, MAX_PROBLEMS);
  if (problems.length > 0) {
    return { diagnostics: problems.map((error) => syntaxError(error, place)) };
  }
  if (document.contents === null) return failure({ ...EMPTY, range: start });
  const badKeys = keyProblems(document, place);
  if (badKeys.length > 0) return { diagnostics: badKeys };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { source: { value, locate: locator(document, place) }, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const unresolved = /^Unresolved alias .*: (\S+)$/.exec(error.message)?.[1];
    const what =
      unresolved === undefined ? ALIASES.what : `The alias \`*${printable(unresolved)}\` has no anchor before it.`;
    return failure({ ...ALIASES, what, range: start });
  }
}

type Placer = (start: number, end: number) => SourceRange;

/** A leading byte order mark is no column of the first line, to editors and to people. */
function placer(file: string, text: string, lines: LineCounter): Placer {
  const mark = text.startsWith("\ufeff") ? 1 : 0;
  return (start, end) => {
    const { line, col } = lines.linePos(start);
    const column = Math.max(1, line === 1 ? col - mark : col);
    const newline = text.slice(start, end).search(/[\r\n]/);
    const length = newline === -1 ? end - start : newline;
    return { file, line: Math.max(1, line), column, length: Math.max(1, length) };
  };
}

function locator(document: Document.Parsed, place: Placer): Source["locate"] {
  return (path, part = "value") => {
    let node: Node | null = document.contents;
    let key: Node | undefined;
    for (const step of path) {
      const next = child(document, node, step);
      if (next === undefined) return rangeOf(key ?? node, place);
      key = next.key;
      node = next.value;
    }
    if (part === "key" && key !== undefined) return rangeOf(key, place);
    return rangeOf(node ?? key ?? null, place, key);
  };
}

function child(document: Document.Parsed, node: Node | null, step: string | number) {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(target)) {
    const value = target.items[Number(step)];
    return value === undefined ? undefined : { key: undefined, value: value as Node | null };
  }
  if (!isMap(target)) return undefined;
  const pair = target.items.find((item) => isPair(item) && keyText(item.key) === String(step));
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** Scalars are underlined whole; of a map or list only its key, or its first character. */
function rangeOf(node: Node | null, place: Placer, key?: Node): SourceRange {
  const chosen = isScalar(node) || isAlias(node) || key === undefined ? node : key;
  const range = chosen?.range;
  if (!range) return place(0, 1);
  const end = isMap(chosen) || isSeq(chosen) ? range[0] + 1 : range[1];
  return place(range[0], end);
}

function failure(diagnostic: Omit<Diagnostic, "severity">): SourceResult {
  return { diagnostics: [{ severity: "error", ...diagnostic }] };
}

function syntaxError({ message, code, pos }: Document.Parsed["errors"][number], place: Placer): Diagnostic {
  return {
    severity: "error",
    rule: "yaml-syntax",
    what: `This is not YAML: ${printable(message.split("\n")[0] ?? "")}`,
    why: "The rest of the file cannot be understood safely.",
    fix:
      code === "TAB_AS_INDENT"
        ? "Indent with blanks, not with tabs."
        : "Correct the syntax; quote texts with `: # { [ & *` in them.",
    range: place(pos[0], pos[1]),
  };
}

/**
 * Keys that stand twice, and keys that are no plain text.
 * yaml's own check compares each key with every other, which takes minutes on a large hostile file.
 */
function keyProblems(document: Document.Parsed, place: Placer): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const text = keyText(key);
        const words = !isScalar(key) ? COMPLEX_KEY : seen.has(text) ? duplicateKey(text) : undefined;
        seen.add(text);
        if (words && found.length < MAX_PROBLEMS) {
          found.push({ severity: "error", ...words, range: rangeOf(isNode(key) ? key : map, place) });
        }
      }
    },
  });
  return found;
}

function duplicateKey(key: string) {
  return { ...DUPLICATE_KEY, what: `The key \`${printable(key).slice(0, 60)}\` stands here twice.` };
}

const TOO_LARGE = {
  rule: "inventory-size",
  why: `An inventory describes one machine and has at most ${MAX_LENGTH} characters; this is another file.`,
  fix: "Name the right file with `--inventory`.",
};

const TOO_DEEP = {
  rule: "inventory-depth",
  what: "The inventory is nested too deeply.",
  why: "No inventory needs more than ten levels; this is another file, or a hostile one.",
  fix: "Name the right file with `--inventory`.",
};

const EMPTY = {
  rule: "inventory-empty",
  what: "The inventory is empty.",
  why: "Without modems there is nothing to provision.",
  fix: "Run `provision init` to write one from what is plugged in.",
};

const SEVERAL = {
  rule: "several-documents",
  what: "The file holds more than one YAML document.",
  why: "One inventory describes one machine; which of them is meant would be a guess.",
  fix: "Remove the `---` line, or split the file.",
};

const ALIASES = {
  rule: "yaml-aliases",
  what: "Anchors and aliases in this file refer to each other without end, or too often.",
  why: "Such a file grows without limit when it is read.",
  fix: "Write the repeated parts out.",
};

const DUPLICATE_KEY = {
  rule: "duplicate-key",
  why: "Which of the two is meant would be a guess.",
  fix: "Remove one of them. If it belongs to the text before it, put that text in quotes: in `{ … }` a comma ends it.",
};

const COMPLEX_KEY = {
  rule: "complex-key",
  what: "This key is a list, a mapping or an alias.",
  why: "Keys of an inventory are plain names.",
  fix: "Put it in quotes if it is a text.",
};
