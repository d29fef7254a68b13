import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ModemkeeperError } from "../../../../core/errors.ts";
import { compose } from "../../../../core/sms/compose.ts";
import { checkNumber } from "../../../../core/sms/number.ts";
import { decodeUtf16be } from "../../../../core/sms/utf16.ts";

const TO = "+491720000001";

function bodyOf(content: string): Buffer {
  return Buffer.from(content.slice(content.indexOf("\n\n") + 2), "latin1");
}

function refusal(act: () => unknown): ModemkeeperError {
  try {
    act();
  } catch (error) {
    if (error instanceof ModemkeeperError) return error;
  }
  throw new Error("nothing was refused");
}

test("GSM-7 goes out as UTF-8", () => {
  expect(compose({ to: TO, text: "5 € [ok]" })).toEqual({
    content: Buffer.from("To: 491720000001\nAlphabet: UTF-8\n\n5 € [ok]").toString("latin1"),
    to: TO,
    alphabet: "gsm7",
    parts: 1,
  });
});

test.each(["ж", "Hi 😀 you", "100 ¤", "tab\there", "`"])("%j goes out as UTF-16BE", (text) => {
  const { content, alphabet } = compose({ to: TO, text });
  expect(alphabet).toBe("ucs2");
  expect(content).toMatch(/^To: 491720000001\nAlphabet: UCS2\n\n/);
  expect(decodeUtf16be(bodyOf(content))).toBe(text);
});

test("any text is in the file as it is, but for line ends and halves of characters", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 300, unit: "grapheme" }), (text) => {
      fc.pre(!text.includes("\0"));
      const { content, alphabet } = compose({ to: TO, text });
      const body = bodyOf(content);
      const read = alphabet === "ucs2" ? decodeUtf16be(body) : body.toString();
      expect(read).toBe(text.replace(/\r\n?/g, "\n"));
    }),
  );
});

test.each([
  ["a".repeat(160), "gsm7", 1],
  ["a".repeat(161), "gsm7", 2],
  ["a".repeat(306), "gsm7", 2],
  ["a".repeat(307), "gsm7", 3],
  ["€".repeat(80), "gsm7", 1],
  ["ж".repeat(70), "ucs2", 1],
  ["ж".repeat(71), "ucs2", 2],
  ["😀".repeat(35), "ucs2", 1],
  ["😀".repeat(36), "ucs2", 2],
] as const)("%# takes its parts", (text, alphabet, parts) => {
  expect(compose({ to: TO, text })).toMatchObject({ alphabet, parts });
});

test("a character that smsd would cut in two makes it UCS-2", () => {
  expect(compose({ to: TO, text: `${"a".repeat(152)}€${"a".repeat(50)}` }).alphabet).toBe("ucs2");
  expect(compose({ to: TO, text: `${"a".repeat(151)}€${"a".repeat(50)}` }).alphabet).toBe("gsm7");
  expect(compose({ to: TO, text: `${"a".repeat(152)}€aaaa` })).toMatchObject({ alphabet: "gsm7", parts: 1 });
});

test("options become headers", () => {
  const { content } = compose({ to: "70707", text: "x", flash: true, report: true, urgent: true });
  expect(content).toBe("To: s70707\nAlphabet: UTF-8\nFlash: yes\nReport: yes\nPriority: high\n\nx");
  expect(compose({ to: TO, text: "x", report: false }).content).toContain("\nReport: no\n");
});

test("a text cannot add headers", () => {
  const { content } = compose({ to: TO, text: "\r\n\r\nTo: 12\n\nx" });
  expect(content).toBe("To: 491720000001\nAlphabet: UTF-8\n\n\n\nTo: 12\n\nx");
});

test("half a character is replaced", () => {
  expect(decodeUtf16be(bodyOf(compose({ to: TO, text: "a\ud83d" }).content))).toBe("a\ufffd");
});

describe("refused, without repeating it", () => {
  test.each([
    ["no text", "", "empty"],
    ["only a line end's remains", "secret\0", "NUL"],
    ["too many parts", "secret".repeat(7_000), "too long"],
    ["too many octets", "ä".repeat(19_600), "too long"],
    ["too many parts of UCS-2", "ж".repeat(17_100), "too long"],
  ])("%s", (_, text, word) => {
    const error = refusal(() => compose({ to: TO, text }));
    expect(error.code).toBe("usage");
    expect(error.message).toContain(word);
    expect(`${error.message} ${error.why} ${error.fix}`).not.toContain("secret");
  });
});

describe("numbers", () => {
  test.each([
    ["+491720000001", "+491720000001", "491720000001"],
    [" +49 (172) 000-00.01/5 ", "+4917200000015", "4917200000015"],
    ["00491720000001", "+491720000001", "491720000001"],
    ["+290123", "+290123", "290123"],
    ["110", "110", "s110"],
    ["70 707", "70707", "s70707"],
  ])("%j", (text, number, header) => {
    expect(checkNumber(text)).toEqual({ number, header });
  });

  test.each([
    "",
    " ",
    "+",
    "12",
    "+12345",
    "+1234567890123456",
    "01720000001",
    "+0491720000001",
    "000491720000001",
    "491720000001",
    "++491720000001",
    "+49172000000x",
    "+49172\n0000001",
    "s70707",
    "+49172;reboot",
    "+٤٩١٧٢٠٠٠٠٠٠١",
  ])("%j is none", (text) => {
    const error = refusal(() => checkNumber(text));
    expect(error.code).toBe("usage");
    const digits = text.replace(/\D/g, "");
    if (digits.length > 2) expect(`${error.message} ${error.why}`).not.toContain(digits);
  });

  test("whatever is accepted is digits, so that it adds no header", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."+0123456789 -()/.\n\r:sT") }), (text) => {
        try {
          expect(checkNumber(text).header).toMatch(/^s?\d+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(ModemkeeperError);
        }
      }),
    );
  });
});
