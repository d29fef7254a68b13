import fc from "fast-check";
import { expect, test } from "vitest";
import { smsText } from "../../../../../agent/notify/sinks/sms-text.ts";
import { septetCount } from "../../../../../core/sms/gsm7.ts";
import { NOW, sampleNotice } from "./sample-notice.ts";

test.each([
  [{}, "[gw1] CRITICAL SIM7600: SIM7600 has not been in a network for more than five minutes."],
  [{ phase: "over", sentence: "Over after 12 min: it." }, "[gw1] OVER SIM7600: Over after 12 min: it."],
  [
    { sentence: "Run `modemkeeper smsd start` – now…" },
    "[gw1] CRITICAL SIM7600: Run 'modemkeeper smsd start' - now...",
  ],
  [{ sentence: "Příliš 🙂" }, "[gw1] CRITICAL SIM7600: Prilis ?"],
  [{ host: "a-host-with-a-very-long-name", sentence: "x" }, "[a-host-with-a-very-l] CRITICAL SIM7600: x"],
] as const)("%j", (change, text) => {
  expect(smsText(sampleNotice(change), NOW)).toBe(text);
});

test("about no modem, and late", () => {
  const { modem: _, ...notice } = sampleNotice({ subject: "smsd", sentence: "smsd does not run." });
  expect(smsText(notice, NOW + 3_600_000)).toBe("[gw1] 01-17 19:44Z CRITICAL: smsd does not run.");
});

test("is one SMS in the default alphabet, whatever the notice says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), fc.string({ maxLength: 80 }), (sentence, host) => {
      const text = smsText(sampleNotice({ sentence, host }), NOW);
      expect(septetCount(text)).toBeLessThanOrEqual(160);
      expect(text.length).toBeGreaterThan(10);
    }),
  );
});

test("what is too long ends in dots", () => {
  const text = smsText(sampleNotice({ sentence: "word ".repeat(60) }), NOW);
  expect(text).toMatch(/word w\.\.\.$/);
  expect(septetCount(text)).toBe(160);
});
