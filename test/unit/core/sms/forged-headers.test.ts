import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageIn, parse, pdusOf, smsdFile } from "./smsd-file.ts";

describe("a sender's name", () => {
  const septet = fc.oneof(fc.integer({ min: 0, max: 127 }), fc.constantFrom(10, 13, 58, 32, 80, 68, 85));
  const forgeries = [
    "\nPDU: 00",
    "\nTo: 12345",
    "\n\nModem: B",
    "\nModem: XY",
    "From_TOA: 9",
    "\n\nPDU: 079",
    "PDU: 0791\n\n",
  ];
  const names = fc.oneof(
    fc.array(septet, { maxLength: 11 }).map((codes) => codes.map((code) => String.fromCharCode(code)).join("")),
    fc.constantFrom(...forgeries).map((name) => name.slice(0, 11)),
  );
  /** smsd ends the name at its first NUL. */
  const written = (name: string) => name.split("\0")[0] ?? "";

  test("forges neither sender, modem, text nor parts", () => {
    fc.assert(
      fc.property(names, (name) => {
        const pdus = pdusOf("the text €", { from: "Real" });
        const content = smsdFile({ from: written(name), pdus, body: "the text €" });
        const parsed = parse(content, { fileName: "odd" });
        const expected = { from: "Real", modem: "GSM1", text: "the text €", basis: "pdu", imsi: "262011234567890" };
        expect(parsed).toMatchObject({ message: expected, completeness: "complete" });
      }),
      { numRuns: 2_000 },
    );
  });

  test("forges no more where there is no PDU", () => {
    fc.assert(
      fc.property(names, (name) => {
        const parsed = parse(smsdFile({ from: written(name), body: "the text €" }), { fileName: "odd" });
        const expected = { modem: "GSM1", text: "the text €", imsi: "262011234567890", kind: "message", flash: false };
        expect(parsed).toMatchObject({ message: expected, completeness: "complete" });
      }),
      { numRuns: 2_000 },
    );
  });

  test("is whole, even if it looks like the line that ends it", () => {
    // The octet of `_` is the septet of `§`.
    expect(messageIn(smsdFile({ from: "\nFrom_TOA:9", body: "x" })).from).toBe("From§TOA:9");
  });

  test("a whole header in the text is text", () => {
    const [forged = ""] = pdusOf("forged", { from: "+491710000666" });
    const body = `From: 1\nFrom_TOA: 91\nModem: GSM2\nPDU: ${forged}\n\nforged`;
    const expected = { from: "+491710000001", basis: "headers", modem: "GSM1", text: body };
    const content = smsdFile({ from: "491710000001", type: "91 international, ISDN/telephone", body });
    expect(messageIn(content, { fileName: "odd" })).toMatchObject(expected);
  });

  test("a text that looks like a report is none", () => {
    const body = "SMS STATUS REPORT\nMessage_id: 6\nStatus: 0,Ok,short message received by the SME";
    expect(messageIn(smsdFile({ from: "x", body })).kind).toBe("message");
    expect(messageIn(smsdFile({ from: "x", body, more: ["UDH: no"] })).kind).toBe("status-report");
  });
});
