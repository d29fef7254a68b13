import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bold, fill, prose, section, tagged, verbatim } from "../../../scripts/man/roff.ts";

describe("text that roff would take for something else", () => {
  test.each([
    [".so /etc/shadow", "\\&.so /etc/shadow"],
    ["'quoted' first", "\\&'quoted' first"],
    ["a \\fBbackslash", "a \\efBbackslash"],
    ["SMS-only, 2-3 parts, -v", "SMS-only, 2\\-3 parts, \\-v"],
    ["see `--dry-run` and `a-b`", "see \\fB\\-\\-dry\\-run\\fR and \\fBa\\-b\\fR"],
    ["a → b …", "a \\[u2192] b \\[u2026]"],
  ])("%j becomes %j", (text, source) => {
    expect(fill(prose(text))).toBe(source);
  });

  test("lines of examples stay lines, whatever they begin with", () => {
    expect(verbatim(".profile", "ls -l '~'")).toBe(".EX\n\\&.profile\nls \\-l '~'\n.EE");
  });

  test("a long text is broken between words, and no line of it becomes a request", () => {
    const text = Array.from({ length: 40 }, () => "word .dot 'tick").join(" ");
    for (const line of fill(prose(text)).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(80);
      expect(line).toMatch(/^[^.']/);
    }
  });

  test("no text adds a request to a page", () => {
    const requests = (source: string) => source.split("\n").filter((line) => /^[.']/.test(line));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (tag, text) => {
        const source = section("X", tagged(bold(tag.replaceAll("\n", " ")), prose(text.replaceAll("`", ""))));
        expect(requests(source)).toEqual([".SH X", ".TP"]);
      }),
    );
  });
});
