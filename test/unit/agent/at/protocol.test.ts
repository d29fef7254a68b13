import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AtItem,
  announcesMessage,
  finalResult,
  isAnnouncement,
  MAX_LINE,
  NO_LINE,
  readItems,
  roleOf,
} from "../../../../agent/at/protocol.ts";

function lines(...chunks: readonly (string | Uint8Array)[]): readonly AtItem[] {
  let partial = NO_LINE;
  const all: AtItem[] = [];
  for (const chunk of chunks) {
    const read = readItems(partial, typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk);
    partial = read.partial;
    all.push(...read.items);
  }
  return all;
}

const line = (text: string): AtItem => ({ kind: "line", text });

test("lines come without their ends and without blank ones", () => {
  expect(lines("\r\n+CSQ: 20,99\r\n\r\nOK\r\n")).toEqual([line("+CSQ: 20,99"), line("OK")]);
});

test("a line may come byte by byte, and stays incomplete until it ends", () => {
  expect(lines("\r", "\nO", "K")).toEqual([]);
  expect(lines("\r", "\nO", "K", "\r")).toEqual([line("OK")]);
});

test("a prompt has no end of line; a quoted answer is none", () => {
  expect(lines("\r\n> ")).toEqual([{ kind: "prompt" }]);
  expect(lines("a > b\r\n")).toEqual([line("a > b")]);
});

test("control characters go, and a line without an end is cut", () => {
  expect(lines("\u0000\u001b[31mOK\u0007\r\n")).toEqual([line("[31mOK")]);
  const [only] = lines(`${"x".repeat(100 * MAX_LINE)}\r\n`);
  expect(only).toEqual(line("x".repeat(MAX_LINE)));
});

test("any stream gives the same items however it is cut, in bounded memory", () => {
  const byte = fc.oneof(fc.constantFrom(...Buffer.from("\r\n> OK+CMT:,1")), fc.integer({ min: 0, max: 255 }));
  const stream = fc.array(byte, { maxLength: 300 });
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (bytes, sizes) => {
      const whole = lines(Uint8Array.from(bytes));
      const chunks: Uint8Array[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length] ?? 1;
        chunks.push(Uint8Array.from(bytes.slice(at, at + size)));
        at += size;
      }
      expect(lines(...chunks)).toEqual(whole);
      for (const item of whole) {
        if (item.kind === "line") {
          expect(item.text.length).toBeLessThanOrEqual(MAX_LINE);
          expect(item.text).not.toMatch(/\p{Cc}(?<![\u0080-\u009f])/u);
        }
      }
    }),
  );
});

test("no line, for whatever command, makes the classification throw", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, command) => {
      expect(["echo", "final", "answer", "unsolicited"]).toContain(roleOf(text, command));
    }),
  );
});

test.each([
  ["OK", true],
  ["CONNECT 115200", true],
  ["ERROR", false],
  ["+CME ERROR: 10", false],
  ["+CME ERROR: SIM not inserted", false],
  ["+CMS ERROR: 302", false],
  ["NO CARRIER", false],
  ["COMMAND NOT SUPPORT", false],
])("%s ends an answer", (text, ok) => {
  expect(finalResult(text)).toEqual({ ok, text });
});

test.each(["OKAY", "+CSQ: 20,99", "OK then", "NOT OK", "+CME", ""])("%j does not end an answer", (text) => {
  expect(finalResult(text)).toBeUndefined();
});

describe("what a line is while a command waits", () => {
  test.each([
    ["+CSQ: 20,99", "AT+CSQ", "answer"],
    ["867584030000001", "AT+CGSN", "answer"],
    ["EC25EFAR06A11M4G", "AT+CGMR", "answer"],
    ['+CMTI: "ME",3', "AT+CSQ", "unsolicited"],
    ["+CREG: 1", "AT+CSQ", "unsolicited"],
    ["+CREG: 0,1", "AT+CREG?", "answer"],
    ["+CPIN: READY", "AT+CPIN?", "answer"],
    ["+CPIN: READY", "AT", "unsolicited"],
    ["+CEREG: 1", "AT+CREG?", "unsolicited"],
    ["^RSSI: 20", "AT^SYSINFO", "unsolicited"],
    ["RING", "AT+CSQ", "unsolicited"],
    ["AT+CSQ", "AT+CSQ", "echo"],
    ["ATI", "ATI", "echo"],
    ["AT+CPMS?", "AT+CSQ", "echo"],
    ["AT", "AT+CSQ", "echo"],
    ["ERROR", "AT+CSQ", "final"],
  ])("%s for %s: %s", (text, command, role) => {
    expect(roleOf(text, command)).toBe(role);
  });
});

test("stored messages and reports are announced, and only they", () => {
  expect(announcesMessage('+CMTI: "SM",0')).toBe(true);
  expect(announcesMessage('+CDSI: "SR",4')).toBe(true);
  expect(announcesMessage('x+CMTI: "SM",0')).toBe(false);
  expect(announcesMessage("+CMT: ,24")).toBe(false);
  expect(isAnnouncement("PB DONE")).toBe(true);
  expect(isAnnouncement("+CSQ: 1,99")).toBe(false);
});
