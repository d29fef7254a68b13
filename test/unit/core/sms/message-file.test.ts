import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IncomingMessage } from "../../../../core/model/message.ts";
import { encodeStatusReport } from "../../../sim/pdu/messages.ts";
import { rawDeliver } from "./raw-pdu.ts";
import { messageIn, parse, pdusOf, RECEIVED_AT, sha256, smsdFile } from "./smsd-file.ts";

/** Files that smsd 3.1.21 wrote, as they are. */
const CORPUS = new URL("corpus/", import.meta.url);
const SENT_AT = "2026-11-22T12:07:10+00:00";

function corpus(name: string): Buffer {
  return readFileSync(new URL(name, CORPUS));
}

const LONG = "abcdefghi€".repeat(40);
const REPORT = { messageId: 6, status: 0, outcome: "arrived" } as const;

describe("files of the real smsd", () => {
  const expected: readonly (readonly [string, Partial<IncomingMessage>])[] = [
    [
      "gsm7-extension",
      { from: "+491710000001", text: "ext €[]{}~^|\\ @_ ÄÖÜß ΔΦΓ end", alphabet: "gsm7", sentAt: SENT_AT },
    ],
    ["ucs2-emoji", { text: "Привет 😀 zwei", alphabet: "ucs2" }],
    ["binary", { data: Buffer.from("00010203fffe0a0a41", "hex").toString("base64"), alphabet: "binary" }],
    ["three-parts", { text: LONG, parts: { received: 3, total: 3 }, incomplete: false }],
    ["name-with-at", { from: "Info_@Bank", text: "name with at" }],
    ["forged-to", { from: "A To: 12", text: "forged to" }],
    ["forged-blank-line", { from: "AB PDU: 00", text: "forged blank" }],
    ["forged-from", { from: "From: 12", text: "blank first" }],
    ["name-ends-in-line-feed", { from: "ABCDEFGHIJ", text: "trailing LF" }],
    ["flash", { flash: true, text: "flash!" }],
    ["no-text", { from: "70707", text: "" }],
    ["no-sender", { from: "", text: "no sender" }],
    ["ports", { text: "port text!!!!", udh: "0605040B8423F0" }],
    ["binary-ports", { data: Buffer.from("deadbeef", "hex").toString("base64"), udh: "0605040B8423F0" }],
    ["lone-surrogate", { text: "\ufffdA" }],
    ["waiting-voicemail", { from: "+491710000011", text: "voicemail" }],
    ["turkish", { text: "LIÆST", udh: "03240101" }],
    ["hindi", { text: corpus("hindi").toString().split("\n\n").slice(1).join("\n\n"), udh: "06250106240106" }],
    // smsd writes no text at all: there is no such table.
    ["spanish-locking", { text: expect.stringMatching(/^@£\$¥.*äöñüà$/s), udh: "06250102240102" }],
    ["headers-only-iso", { basis: "headers", from: "+491710000001", text: "ext €[]{}~^|\\ @_ ÄÖÜß ΔΦΓ end" }],
    ["headers-only-ucs2", { basis: "headers", text: "Привет 😀 zwei", alphabet: "ucs2" }],
    ["headers-only-binary", { basis: "headers", data: Buffer.from("00010203fffe0a0a41", "hex").toString("base64") }],
    ["headers-only-forged-to", { basis: "headers", from: "A To: 12", text: "forged to", modem: "GSM1" }],
    ["headers-only-forged-from", { basis: "headers", from: "From: 12", text: "blank first" }],
    ["headers-only-name-with-at", { basis: "headers", from: "Info_", text: "name with at" }],
    ["headers-only-report", { kind: "status-report", basis: "headers", from: "+491720000012", report: REPORT }],
  ];

  test.each(expected)("%s", (name, message) => {
    const all = { kind: "message", basis: "pdu", modem: "GSM1", imsi: "262011234567890", ...message };
    expect(messageIn(corpus(name))).toMatchObject(all);
  });

  test.each([
    ["cut-off-pdu", "the PDU ends in the middle of its text"],
    ["undecoded-no-pdu", "smsd could not decode the message, and its PDU is not in the file"],
  ])("%s is malformed", (name, why) => {
    expect(parse(corpus(name))).toEqual({ kind: "malformed", why });
  });

  test("none is complete before its last octet is there", () => {
    const names = readdirSync(CORPUS).filter((name) => !["cut-off-pdu", "undecoded-no-pdu"].includes(name));
    for (const name of names) {
      const content = corpus(name);
      for (let length = 0; length < content.length; length++) {
        const parsed = parse(content.subarray(0, length));
        expect([name, length, parsed.kind === "message" && parsed.completeness]).not.toContain("complete");
      }
      expect([name, parse(content)]).toMatchObject([name, { completeness: "complete" }]);
    }
  });
});

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

describe("id", () => {
  const [pdu = ""] = pdusOf("Hello");
  const file = smsdFile({ from: "491710000001", pdus: [pdu], body: "Hello" });

  test("is of the PDU and the modem, not of the rest of the file", () => {
    const again = smsdFile({ from: "other", pdus: [pdu.toLowerCase()], more: ["Number: 5"], body: "other" });
    expect(messageIn(file).id).toMatch(/^[0-9a-f]{32}$/);
    expect(messageIn(again).id).toBe(messageIn(file).id);
    expect(messageIn(file, { fileName: "GSM2.aB3dE6" }).id).not.toBe(messageIn(file).id);
  });

  test("is of the whole file where there is no PDU", () => {
    const content = smsdFile({ from: "491710000001", body: "Hello" });
    expect(messageIn(content).id).toBe(sha256(content).slice(0, 32));
  });
});

describe("modem", () => {
  const content = smsdFile({ from: "1", modem: "OTHER", body: "x" });

  test.each([
    ["GSM1.aB3dE6", "GSM1"],
    ["2026-11-22.GSM2.aB3dE6", "GSM2"],
    ["GSM2.2026-11-22.aB3dE6", "GSM2"],
    ["GSM2.aB3dE6-Hello_you", "GSM2"],
    ["GSM3.aB3dE6", "OTHER"],
    ["GSM1.aB3dE67", "OTHER"],
    ["copy of GSM1.aB3dE6", "OTHER"],
  ])("of %s is %s", (fileName, modem) => {
    expect(messageIn(content, { fileName }).modem).toBe(modem);
  });

  test("that is no modem's name is unknown", () => {
    expect(messageIn(smsdFile({ from: "1", modem: "../etc", body: "x" }), { fileName: "odd" }).modem).toBe("unknown");
  });
});

test("a missed call", () => {
  const more = ["Call_type: missed"];
  const content = smsdFile({
    from: "491710000001",
    type: "91 international, ISDN/telephone",
    more,
    body: "CALL MISSED",
  });
  const message = messageIn(content);
  expect(message).toMatchObject({ kind: "missed-call", from: "+491710000001", basis: "headers" });
  expect(message.text).toBeUndefined();
});

test.each([
  [0, "arrived"],
  [0x20, "trying"],
  [0x3f, "trying"],
  [0x40, "failed"],
  [0x65, "failed"],
] as const)("a report with status %i: %s", (status, outcome) => {
  const [at, done] = [new Date("2026-11-22T12:07:10Z"), new Date("2026-11-22T12:08:00Z")];
  const pdu = encodeStatusReport({
    ...{ to: "+491720000001", reference: 5, status, submittedAt: at, doneAt: done },
    serviceCentre: "+491710760000",
  });
  const message = messageIn(smsdFile({ from: "491720000001", pdus: [pdu], body: "SMS STATUS REPORT" }));
  expect(message).toMatchObject({ kind: "status-report", basis: "pdu", from: "+491720000001", sentAt: SENT_AT });
  expect(message.report).toEqual({ messageId: 5, status, outcome, dischargedAt: "2026-11-22T12:08:00+00:00" });
  expect(message.text).toBeUndefined();
});

test("the time of receipt is the file's", () => {
  expect(messageIn(corpus("flash")).receivedAt).toBe(new Date(RECEIVED_AT).toISOString());
});

describe("odd files", () => {
  test.each([
    ["empty", "", "incomplete-file"],
    ["no blank line", "From: 1\nFrom_TOA: 91\n", "incomplete-file"],
    ["blank line only where a name may forge it", "From: A\n\nFrom_TOA: D0 alphanumeric\n", "incomplete-file"],
    ["more than any message", "x".repeat(600_000), "malformed"],
    ["a header without an end", `From: 1\n${"x".repeat(200_000)}\n\n`, "incomplete-file"],
  ])("%s", (_, content, kind) => {
    expect(parse(content).kind).toBe(kind);
  });

  test("a body that smsd counted otherwise is taken when it is quiet", () => {
    const content = smsdFile({ from: "1", pdus: pdusOf("Hello"), length: 7, body: "Hello" });
    expect(parse(content)).toMatchObject({ completeness: "when-quiet", message: { text: "Hello" } });
  });

  test("a body cut inside its last character is not complete", () => {
    const content = smsdFile({ from: "1", pdus: pdusOf("5 €"), body: "5 €" });
    expect(parse(content)).toMatchObject({ completeness: "complete" });
    expect(parse(content.subarray(0, -1))).toMatchObject({ completeness: "when-quiet" });
  });

  test("invalid UTF-8 becomes valid text", () => {
    const content = Buffer.concat([smsdFile({ from: "1", length: 1 }), Buffer.from("c3ff80", "hex")]);
    expect(messageIn(content).text).toMatch(/^\ufffd+$/);
  });

  test("whatever is changed in a file of smsd, there is a result", () => {
    const files = readdirSync(CORPUS).map(corpus);
    const changes = fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...files), changes, (file, places) => {
        const content = Buffer.from(file);
        for (const [at, octet] of places) content[at % content.length] = octet;
        expect(["message", "incomplete-file", "malformed"]).toContain(parse(content).kind);
      }),
      { numRuns: 2_000 },
    );
  });

  test("no file crashes it or names its text, and the message is valid Unicode on one line of sender", () => {
    const pieces = fc.constantFrom(
      "From: ",
      "From_TOA: ",
      "\n",
      "\n\n",
      "PDU: ",
      "Modem: GSM1",
      "Alphabet: UCS2",
      "Error",
      "0791",
      ": ",
    );
    const noise = fc.string({ maxLength: 20, unit: "binary" });
    const contents = fc.array(fc.oneof(pieces, noise, fc.constantFrom(...pdusOf("secret"))), { maxLength: 30 });
    fc.assert(
      fc.property(contents, (parts) => {
        const parsed = parse(Buffer.from(parts.join("")));
        if (parsed.kind !== "message") {
          expect(parsed.why).toMatch(/^(the|smsd) [a-zA-Z0-9 ,:-]+$/);
          return;
        }
        const { text = "", from } = parsed.message;
        expect([text, from].filter((value) => /\p{Surrogate}/u.test(value))).toEqual([]);
        expect(from).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 2_000 },
    );
  });
});
