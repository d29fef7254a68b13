import { describe, expect, test } from "vitest";
import { rawDeliver } from "./raw-pdu.ts";
import { messageIn, pdusOf, smsdFile } from "./smsd-file.ts";

describe("parts", () => {
  const pdus = pdusOf("ab😀".repeat(60));

  test("are put in their order, whatever the order of the file", () => {
    const [one = "", two = "", three = "", four = ""] = pdus;
    const mixed = messageIn(smsdFile({ from: "1", pdus: [three, one, four, two] }));
    expect(mixed).toMatchObject({ text: "ab😀".repeat(60), parts: { received: 4, total: 4 } });
    expect(mixed.id).toBe(messageIn(smsdFile({ from: "1", pdus })).id);
  });

  test("count once", () => {
    const [one = "", two = ""] = pdus;
    const twice = messageIn(smsdFile({ from: "1", pdus: [two, one, two] }));
    expect(twice.parts).toEqual({ received: 2, total: 4, numbers: [1, 2] });
    expect(twice.id).toBe(messageIn(smsdFile({ from: "1", pdus: [one, two] })).id);
  });

  test("that smsd waited for in vain", () => {
    const [, two = "", , four = ""] = pdus;
    const message = messageIn(smsdFile({ from: "1", pdus: [two, four], more: ["Incomplete: yes"] }));
    expect(message.parts).toEqual({ received: 2, total: 4, numbers: [2, 4] });
    expect(message.incomplete).toBe(true);
  });

  test("a character that two parts share is whole again", () => {
    const ucs2 = ["0500030A0201D83D", "0500030A0202DE00"].map((hex) => partOf(hex, 8, 8));
    expect(messageIn(smsdFile({ from: "1", pdus: ucs2 })).text).toBe("😀");
    const gsm7 = ["0500030A020136", "0500030A0202CA"].map((hex) => partOf(hex, 8, 0));
    expect(messageIn(smsdFile({ from: "1", pdus: gsm7 })).text).toBe("€");
  });

  test("a character is not made of the halves of two when the part between them is missing", () => {
    const ucs2 = ["0500030A0301D83D", "0500030A0303DE00"].map((hex) => partOf(hex, 8, 8));
    expect(messageIn(smsdFile({ from: "1", pdus: ucs2 })).text).toBe("\ufffd\ufffd");
  });

  test("of different messages are none", () => {
    const [one = ""] = pdus;
    const [other = ""] = pdusOf("ab😀".repeat(60), { reference: 8 });
    expect(messageIn(smsdFile({ from: "1", pdus: [one, other], body: "x" })).basis).toBe("headers");
  });

  function partOf(userData: string, length: number, coding: number): string {
    return rawDeliver({ first: 0x44, coding, length, octets: Buffer.from(userData, "hex") });
  }
});
