import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeSeptets,
  endsInEscape,
  isGsm7,
  septetCount,
  septetsOf,
  unpackSeptets,
} from "../../../../core/sms/gsm7.ts";
import { languageTables } from "../../../../core/sms/gsm7-languages.ts";
import { pack, septetsOf as simSeptetsOf } from "../../../sim/pdu/gsm7.ts";

const CHARACTERS = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).filter((char) =>
  simSeptetsOf(char),
);

const gsmText = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 200 }).map((chars) => chars.join(""));

test("has the characters of the alphabet and of its extension table, and no others", () => {
  expect(CHARACTERS).toHaveLength(137);
  for (let code = 0; code < 0x3000; code++) {
    const char = String.fromCodePoint(code);
    expect([char, septetsOf(char)]).toEqual([char, simSeptetsOf(char)?.flat().length]);
  }
});

test("reads back what an independent encoder packs, behind any header", () => {
  fc.assert(
    fc.property(gsmText, fc.integer({ min: 0, max: 6 }), (text, fillBits) => {
      const septets = (simSeptetsOf(text) ?? []).flat();
      const unpacked = unpackSeptets(pack(septets, fillBits), septets.length, fillBits);
      expect(decodeSeptets(unpacked)).toBe(text);
      expect(septetCount(text)).toBe(septets.length);
    }),
  );
});

test("counts nothing in a text with another character", () => {
  expect(septetCount("10 €")).toBe(5);
  expect(septetCount("10 ₿")).toBeUndefined();
  expect(isGsm7("😀")).toBe(false);
  expect(isGsm7("")).toBe(true);
});

describe("what no encoder should send", () => {
  test.each([
    ["an unknown escape is the basic character", [0x1b, 0x41], "A"],
    ["an escape of an escape is a space", [0x1b, 0x1b, 0x41], " A"],
    ["a last escape is nothing", [0x41, 0x1b], "A"],
  ])("%s", (_, septets, text) => {
    expect(decodeSeptets(septets)).toBe(text);
  });

  test("no more septets than the octets have", () => {
    expect(unpackSeptets(Buffer.from("41", "hex"), 200)).toEqual([0x41]);
    expect(unpackSeptets(Buffer.alloc(0), 5, 3)).toEqual([]);
  });
});

test.each([
  [[0x1b], true],
  [[0x41, 0x1b, 0x1b], false],
  [[0x1b, 0x1b, 0x1b], true],
  [[], false],
])("%j ends in an open escape: %s", (septets, open) => {
  expect(endsInEscape(septets)).toBe(open);
});

describe("national languages", () => {
  test.each([
    ["Turkish", 1, 1, [0x40, 0x73, 0x07, 0x1b, 0x65, 0x1b, 0x53, 0x60], "İsı€Şç"],
    ["Spanish has no locking table", 2, 2, [0x09, 0x1b, 0x09, 0x1b, 0x6f], "Ççó"],
    ["Portuguese", 3, 3, [0x7b, 0x18, 0x15, 0x1b, 0x15, 0x1b, 0x7c], "ã€∞Ωõ"],
    ["Turkish single shift only", undefined, 1, [0x07, 0x1b, 0x69], "ìı"],
    ["Hindi", 6, 6, [0x00, 0x15, 0x5f, 0x30, 0x1b, 0x41, 0x1b, 0x65], "ँक्0A€"],
    ["where a language has nothing", 4, undefined, [0x0c], "\ufffd"],
    ["a language without tables", 99, 99, [0x41, 0x1b, 0x65], "A€"],
  ])("%s", (_, locking, single, septets, text) => {
    expect(decodeSeptets(septets, languageTables(locking, single))).toBe(text);
  });
});
