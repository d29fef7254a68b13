import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskerFor } from "../../../../agent/doctor/bundle/mask.ts";
import { maskSmsdLog } from "../../../../agent/doctor/bundle/smsd-log.ts";

const { text, json } = maskerFor([]);

describe("what is masked", () => {
  it.each([
    ["a number", "call from +491701234567 failed", "call from • failed"],
    ["a number with blanks", "to +49 170 123 45 67, text", "to •, text"],
    ["a number with dashes", "number 0049-170-123-45-67.", "number •."],
    ["a national number", "tel 0170 1234567", "tel •"],
    ["a short code behind its key", "To: 22000", "To: •"],
    ["a number in an inventory", '  to: ["+491701234567"]', '  to: ["•"]'],
    ["an IMEI", "IMEI 861234567890123 seen", "IMEI • seen"],
    ["an ICCID", "+CCID: 8949020000012345678F", "+CCID: •"],
    ["a PDU", "PDU: 0791947122723033040C9194712345", "PDU: •"],
    ["a PIN in a command", 'send AT+CPIN="4711"', "send AT+CPIN=•"],
    ["a PIN behind its key", "pin = 4711", "pin = •"],
    ["a password", "password=hunter2 next", "password=• next"],
    ["a token in a header", "Authorization: Bearer abc.def-123", "Authorization: •"],
    ["a token on a command line", "argv: [x, --token, abcdef]", "argv: [x, --token, •]"],
    ["a password in a URL", "mqtts://joe:geheim@broker.example:8883", "mqtts://broker.example:8883"],
    ["a path of a webhook", "https://hooks.example/services/T0/B0/xyz?sig=1", "https://hooks.example/•"],
    ["a mail address", "mail to joe@example.org now", "mail to • now"],
    ["a public address", "from 93.184.216.34 port 22", "from • port 22"],
    ["a public address of IPv6", "at 2a00:1450:4001:81b::200e now", "at • now"],
    ["a key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "•"],
  ])("%s", (_what, given, masked) => {
    expect(text(given)).toBe(masked);
  });
});

describe("what stays, since without it nothing could be found out", () => {
  it.each([
    "2026-01-10T21:03:11+0100 jetson kernel: usb 1-2.1: USB disconnect, device number 7",
    "2026-01-10 20:59:58,6, SIM7600: No SMS received",
    "usb 1-2.1: New USB device found, idVendor=1e0e, idProduct=9001, bcdDevice= 3.18",
    "    port platform-3610000.usb-usb-0:2.1",
    "from 192.168.1.7, 10.100.0.2, 172.16.0.1 and 127.0.0.1",
    "http://127.0.0.1:8070/healthz answers",
    "pin: { file: sim7600.pin }",
    "secret: { file: crm.key }",
    "Since: Sat 2026-01-10 20:00:00 UTC; 1h 3min ago",
    "device = /dev/ttyUSB_SIM7600_AT",
    "AT+CPIN? and +CPIN: READY",
    "smsd 3.1.21-4+b1, kernel 5.15.136-tegra",
    "xhci_hcd 0000:01:00.0: xHCI host controller not responding",
    "Main PID: 812 (smsd)",
    "from: apply",
  ])("%s", (line) => {
    expect(text(line)).toBe(line);
  });

  it("in JSON: counts and times", () => {
    const value = { at: "2026-01-10T21:03:11.123Z", bytes: 53_244_000_000, since: 1_768_000_000_000, pid: 1_234_567 };
    expect(json(value)).toEqual(value);
  });

  it("in JSON: what a member's name says is masked, references to secrets stay", () => {
    const value = { imei: 861_234_567_890_123, to: "22000", token: "x", pin: { from: "file", path: "/a" }, note: "n" };
    expect(json(value)).toEqual({ imei: "•", to: "•", token: "•", pin: { from: "file", path: "/a" }, note: "n" });
  });
});

const digits = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((all) => all.join(""));
const around = fc.stringMatching(/^[a-zA-Z ,.;:()"'=-]{0,20}$/);

describe("for whatever stands around it", () => {
  it("no number of seven or more digits survives, with or without a plus", () => {
    fc.assert(
      fc.property(around, fc.constantFrom("", "+"), digits(7, 20), around, (before, plus, number, after) => {
        fc.pre(!/platform-$/i.test(before));
        expect(text(`${before}${plus}${number}${after}`)).not.toContain(number);
      }),
    );
  });

  it("no international number survives, however it is written", () => {
    const separator = fc.constantFrom("", " ", "-", ".", "/");
    fc.assert(
      fc.property(digits(8, 14), fc.array(separator, { minLength: 14, maxLength: 14 }), (number, separators) => {
        const written = `+${[...number].map((digit, index) => digit + (separators[index] ?? "")).join("")}`.replace(
          /[ ./-]$/,
          "",
        );
        expect(text(`call ${written}, please`).replace(/\D/g, "")).not.toContain(number);
      }),
    );
  });

  it("no secret that is known survives, as it is, in a URL, in JSON or in base64", () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 40, unit: "grapheme-ascii" })
      .filter((one) => one.trim().length >= 4);
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const masker = maskerFor([value]);
        const forms = [
          value,
          encodeURIComponent(value.trim()),
          JSON.stringify(value.trim()).slice(1, -1),
          Buffer.from(value.trim()).toString("base64"),
        ];
        for (const form of forms) expect(masker.text(`${before}${form}${after}`)).not.toContain(form);
      }),
    );
  });

  it("masking twice is masking once", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (given) => {
        expect(text(text(given))).toBe(text(given));
      }),
    );
  });
});

describe("smsd's log", () => {
  const shown = (...lines: readonly string[]) => maskSmsdLog(lines.join("\n"), text);

  it("shows what smsd itself said", () => {
    const log = shown(
      "2026-01-10 20:00:00,2, smsd: Smsd v3.1.21 started.",
      "2026-01-10 20:00:01,3, SIM7600: write_to_modem: error 5: Input/output error",
    );
    expect(log).toContain("Smsd v3.1.21 started.");
    expect(log).toContain("SIM7600: write_to_modem: error 5: Input/output error");
  });

  it.each([
    ["a sender with a comma", "2026-01-10 20:00:00,5, SIM7600: SMS received, From: ACME, meet me at noon"],
    ["a receiver", "2026-01-10 20:00:00,5, SIM7600: SMS sent, Message_id: 5, To: meet me at noon, sending time 2 sec."],
    [
      "what a handler printed",
      "2026-01-10 20:00:00,3, SIM7600: Exec: eventhandler said something:\n2026-01-10 20:00:00,3, SIM7600: ! meet me at noon",
    ],
    ["the rest of something longer", "meet me at noon"],
    ["an answer of the modem", "2026-01-10 20:00:00,7, SIM7600: <- meet me at noon"],
    ["a labelled text", "2026-01-10 20:00:00,7, SIM7600: Text: meet me at noon"],
    ["an alarm's text", '2026-01-10 20:00:00,7, SIM7600: Running alarmhandler: /x ALARM "meet me at noon"'],
  ])("does not show %s", (_what, lines) => {
    expect(shown(lines)).not.toContain("meet me at noon");
  });

  it("says how much was left out", () => {
    expect(shown("one", "two")).toContain("(2 lines that smsd did not write itself are left out)");
  });
});
