import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesMasked } from "../../../provision/plan/matches-masked.ts";

const MASK = "(secret, sha256:0011aabb)";

describe("a recorded file is recognised without its secrets", () => {
  test("with any one-line value in the place of a mask", () => {
    const line = fc.string().filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(line, line, line, (before, secret, after) => {
        expect(matchesMasked(`${before}\n${secret}\n${after}`, `${before}\n${MASK}\n${after}`, [MASK])).toBe(true);
      }),
    );
  });

  test("and not if anything else differs", () => {
    const masked = `a\npin = ${MASK}\nb\n`;
    expect(matchesMasked("a\npin = 1234\nb\n", masked, [MASK])).toBe(true);
    expect(matchesMasked("a\npin = 1234\nb\nc\n", masked, [MASK])).toBe(false);
    expect(matchesMasked("x\npin = 1234\nb\n", masked, [MASK])).toBe(false);
    expect(matchesMasked("a\npin = 12\n34\nb\n", masked, [MASK])).toBe(false);
    expect(matchesMasked("", masked, [MASK])).toBe(false);
  });

  test("several secrets, and equal ones", () => {
    const masked = `1=${MASK};2=${MASK};3=(secret of B);`;
    expect(matchesMasked("1=x;2=y;3=z;", masked, [MASK, "(secret of B)"])).toBe(true);
    expect(matchesMasked("1=x;2=y;3=z", masked, [MASK, "(secret of B)"])).toBe(false);
  });

  test("without secrets it is plain equality", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(matchesMasked(a, b, [])).toBe(a === b);
      }),
    );
  });
});
