import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { compose } from "../../core/sms/compose.ts";
import { findSmsd } from "../helpers/smsd-binary.ts";
import { rawDeliver } from "../unit/core/sms/raw-pdu.ts";
import { Gateway, WAIT } from "./sms-gateway.ts";

/*
 * The real smsd writes what it received, and core/sms reads what was sent; core/sms composes, and what the real smsd makes of it
 * arrives as it was written.
 */

const smsd = await findSmsd();
const DAYS = 86_400_000;
/** A number for each message that is sent. */
let last = 491720000000;

/** What the agent asks of smsd, and an age of parts that the simulated service centre can lie about. */
const SETTINGS = `incoming_utf8 = yes
store_received_pdu = 3
ic_purge_hours = 0
ic_purge_minutes = 1
ic_purge_interval = 1`;

/** Settings of a machine whose inventory wants nothing of ours. */
const BARE_SETTINGS = "incoming_utf8 = no\nstore_received_pdu = 0";

const why = "reason" in smsd ? ` (${smsd.reason})` : "";

describe.skipIf("reason" in smsd)(`message files of the real smsd${why}`, () => {
  const gateway = new Gateway();
  beforeAll(async () => {
    if (!("reason" in smsd)) await gateway.start(smsd, SETTINGS);
  });
  afterAll(() => gateway.stop());

  describe("received", () => {
    test.each([
      ["GSM-7", "Grüße, 5 € [ok] {1} ~^|\\ @_ ΔΦΓΛΩΠΨΣΘΞ", "gsm7"],
      ["UCS-2", "Привет 😀 你好\n", "ucs2"],
      ["empty", "", "gsm7"],
    ])("%s", async (_, text, alphabet) => {
      const from = `+4917100000${text.length}`;
      const message = await gateway.receive({ from, text, sentAt: Date.parse("2026-11-22T12:07:10Z") });
      const expected = { text, alphabet, from, basis: "pdu", modem: "GSM1", sentAt: "2026-11-22T12:07:10+00:00" };
      expect(message).toMatchObject({ ...expected, parts: { received: 1, total: 1 } });
    });

    test("octets", async () => {
      const message = await gateway.receive({ from: "70707", data: "00010aff0a0a" });
      expect(message).toMatchObject({
        alphabet: "binary",
        data: Buffer.from("00010aff0a0a", "hex").toString("base64"),
      });
    });

    test.each([
      ["a long message whose parts come in another order", "+49171001", "0123456789€".repeat(36), [3, 1, 2]],
      ["and one of emojis", "+49171002", "ab😀".repeat(60), [2, 4, 1, 3]],
    ])("%s", async (_, from, text, parts) => {
      const message = await gateway.receive({ from, text, parts });
      expect(message).toMatchObject({
        text,
        incomplete: false,
        parts: { received: parts.length, total: parts.length },
      });
    });

    test("parts whose message smsd gave up, each by itself", async () => {
      const from = "+49171003";
      gateway.sim.receive({ from, text: "0123456789".repeat(40), parts: [3, 1], sentAt: Date.now() - 2 * DAYS });
      const found = () => gateway.messages().filter((message) => message.from === from);
      await vi.waitUntil(() => found().length === 2, WAIT);
      const [one, three] = found().toSorted((a, b) => (a.parts.numbers?.[0] ?? 0) - (b.parts.numbers?.[0] ?? 0));
      expect(one).toMatchObject({ incomplete: true, parts: { received: 1, total: 3, numbers: [1] } });
      expect(three).toMatchObject({ incomplete: true, parts: { received: 1, total: 3, numbers: [3] } });
      expect(one?.text).toBe("0123456789".repeat(40).slice(0, 153));
      expect(three?.text).toBe("0123456789".repeat(40).slice(306));
    });

    test.each(["A\nTo: 12", "\n\nFrom: 12", "AB\n\nPDU: 00", "ABCDEFGHIJ\n", "Modem: x\n\n", "Info_@Bank"])(
      "a sender called %j",
      async (from) => {
        const shown = from.replace(/\n+/g, " ").trim();
        expect(await gateway.receive({ from, text: `text of ${shown}` }, shown)).toMatchObject({
          ...{ from: shown, text: `text of ${shown}`, modem: "GSM1", basis: "pdu", kind: "message" },
        });
      },
    );

    test("a flash message", async () => {
      const message = await gateway.receive({ from: "+491710000001", pdus: [rawDeliver({ coding: 0x10 })] });
      expect(message).toMatchObject({ text: "Hello", flash: true });
    });

    test("a time zone", async () => {
      const address = Buffer.from("04817110", "hex");
      const pdu = rawDeliver({ address, time: Buffer.from("6211222170018a", "hex") });
      expect((await gateway.receive({ from: "1701", pdus: [pdu] })).sentAt).toBe("2026-11-22T12:07:10-07:00");
    });
  });

  describe("composed", () => {
    /** Every character that goes out as GSM-7; CR is a line end, so LF stands for it. */
    const alphabet = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code))
      .filter((char) => !"\0\r".includes(char) && compose({ to: "110", text: char }).alphabet === "gsm7")
      .join("");

    test.each([
      ["the whole alphabet", alphabet],
      ["line ends and blanks around it", " \nTo: 12\n\ntext \n\n"],
      ["what GSM-7 has not", "¤ ` ж 你好 😀👩‍👩‍👧"],
      ["400 characters", "0123456789".repeat(40)],
      ["long, with a character where smsd cuts", `${"x".repeat(152)}€${"y".repeat(100)}`],
      ["a long row of emojis", "😀".repeat(100)],
    ])("%s", async (_, text) => {
      last += 1;
      const { text: arrived } = await gateway.send({ to: `+${last}`, text });
      expect(arrived).toBe(text);
    });

    test("to a short code, as flash, and with a report", async () => {
      const sent = await gateway.send({ to: "70707", text: "x", flash: true, report: true, urgent: true });
      expect(sent).toMatchObject({ text: "x", flash: true });
      const report = await vi.waitUntil(() => gateway.messages("report")[0], WAIT);
      expect(report).toMatchObject({ kind: "status-report", basis: "pdu", from: "70707", modem: "GSM1" });
      expect(report.report).toMatchObject({ status: 0, outcome: "arrived" });
      const sentFile = readFileSync(join(gateway.root, "sent", "m70707"), "latin1");
      expect(sentFile).toContain(`Message_id: ${report.report?.messageId}\n`);
    });
  });
});

describe.skipIf("reason" in smsd)(`message files without PDUs${why}`, () => {
  const gateway = new Gateway();
  beforeAll(async () => {
    if (!("reason" in smsd)) await gateway.start(smsd, BARE_SETTINGS);
  });
  afterAll(() => gateway.stop());

  test.each([
    ["+491710000001", "Grüße, 5 € [ok] ΔΦΓΛΩΠΨΣΘΞ ¡¿§"],
    ["+491710000002", "Привет 😀"],
    ["+491710000003", "0123456789€".repeat(40)],
    ["70707", "SMS STATUS REPORT\nMessage_id: 6\nStatus: 0,Ok"],
    ["Bank_24", "PDU: 00\nModem: x"],
  ])("of %s", async (from, text) => {
    expect(await gateway.receive({ from, text })).toMatchObject({
      kind: "message",
      basis: "headers",
      text,
      modem: "GSM1",
    });
  });

  test("with a forged header", async () => {
    const message = await gateway.receive({ from: "A\n\nIMSI: 1", text: "x" }, "A IMSI: 1");
    expect(message).toMatchObject({ text: "x", imsi: gateway.sim.modem().sim.options.imsi });
  });
});
