import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  smsdConfComment,
  smsdConfKey,
  smsdConfSection,
  smsdConfSections,
  smsdConfValue,
} from "../../../provision/desired/escape/smsd-conf.ts";
import { accepted, anyText } from "../../helpers/escape-properties.ts";
import { readSmsdConf } from "../../helpers/smsd-conf-reader.ts";

describe("values of smsd.conf", () => {
  it("are read back as they went in, or refused", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const safe = accepted(() => smsdConfValue(value));
        fc.pre(safe !== undefined);
        const text = `before = 1\nname = ${safe}\nafter = 2\n`;
        expect(readSmsdConf(text).global).toEqual([
          ["before", "1"],
          ["name", value],
          ["after", "2"],
        ]);
      }),
    );
  });

  it.each(['AT+CPMS="ME","ME"', "a = b # c", "C:\\x", "50%", "ж😀", "#1", "[x]"])("carry %s", (value) => {
    expect(smsdConfValue(value)).toBe(value);
  });

  it.each([
    ["a\nb", "line break"],
    ["a\rb", "line break"],
    ["a\0b", "line break"],
    ["a\ud800", "line break"],
    [" a", "blanks"],
    ["a\t", "line break"],
    ["a ", "blanks"],
    ["", "without a value"],
    ["? a | b", "question"],
    ["x".repeat(1001), "1000 bytes"],
    ["ж".repeat(501), "1000 bytes"],
  ])("refuse %j", (value, why) => {
    expect(() => smsdConfValue(value)).toThrowError(
      expect.objectContaining({ code: "inventory-invalid", why: expect.stringContaining(why) }),
    );
  });
});

describe("names in smsd.conf", () => {
  it.each(["GSM1", "A.1", "a-b_c", "x".repeat(31)])("takes %s for a modem", (name) => {
    const { sections } = readSmsdConf(`[${smsdConfSection(name)}]\n`);
    expect([...sections.keys()]).toEqual([name]);
  });

  it.each(["", "a b", "a]", "x".repeat(32), "default", "ALL", "modemname", "queues", ".a", "-a", "a\n"])(
    "refuses %j for a modem",
    (name) => {
      expect(() => smsdConfSection(name)).toThrowError(/smsd.conf/);
    },
  );

  it("lists 64 modems with the longest names on one line", () => {
    const names = Array.from({ length: 64 }, (_, index) => `${"x".repeat(29)}${index + 10}`);
    const { global } = readSmsdConf(`devices = ${smsdConfSections(names.join(", "))}\n`);
    expect(global).toEqual([["devices", names.join(", ")]]);
  });

  it("refuses a list with a name that smsd would end it at", () => {
    expect(() => smsdConfSections(`GSM1, ${"x".repeat(32)}, GSM3`)).toThrowError(/smsd.conf/);
  });

  it.each(["a b", "a=b", "1a", "", "a\nb", "[a]", "#a"])("refuses %j for a setting", (name) => {
    expect(() => smsdConfKey(name)).toThrowError(/smsd.conf/);
  });
});

describe("comments of smsd.conf", () => {
  it("never become settings, however long", () => {
    fc.assert(
      fc.property(anyText, fc.nat(6000), (start, length) => {
        const safe = accepted(() => smsdConfComment(start + "=x".repeat(length)));
        fc.pre(safe !== undefined);
        expect(readSmsdConf(`# ${safe}\na = 1\n`).global).toEqual([["a", "1"]]);
      }),
    );
  });
});
