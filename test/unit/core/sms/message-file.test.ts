import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { IncomingMessage } from "../../../../core/model/message.ts";
import { encodeStatusReport } from "../../../sim/pdu/messages.ts";
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
