import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, wrapped } from "../../../../agent/views/columns.ts";
import { inert } from "../../../../agent/views/inert.ts";

/** How many columns Node's own line editor, which goes by ICU's tables, takes a text for. */
function columnsByNode(text: string): number {
  const output = Object.assign(new PassThrough(), { columns: Number.POSITIVE_INFINITY });
  const line = createInterface({ input: new PassThrough(), output, prompt: "", terminal: true });
  Object.assign(line, { line: text, cursor: text.length });
  const { cols } = line.getCursorPos();
  line.close();
  return cols;
}

const anyText = fc.string({ unit: "grapheme", maxLength: 60 }).map(inert);

test.each([
  ["", 0],
  ["Telekom.de", 10],
  ["中国移动", 8],
  ["ｆｕｌｌ", 8],
  ["한국", 4],
  ["e\u0301", 1],
  ["📶", 2],
  ["8612…0123", 9],
])("%j takes %i columns", (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
  expect(columnsByNode(text)).toBe(columns);
});

test("no text takes more columns than it is counted for", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(columnsOf(text)).toBeGreaterThanOrEqual(columnsByNode(text));
    }),
  );
});

test("lines are no wider than they may be, and nothing but blanks is lost", () => {
  const layout = fc.record({ width: fc.integer({ min: 12, max: 80 }), first: fc.constantFrom("", "! ", "a label ") });
  fc.assert(
    fc.property(anyText, layout, (text, { width, first }) => {
      const lines = wrapped(text, { width, first, rest: "  " });
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
      const [head = "", ...rest] = lines;
      const said = [head.slice(first.trimEnd().length), ...rest].join("").replace(/\s/gu, "");
      expect(said).toBe(text.replace(/\s/gu, ""));
    }),
  );
});
