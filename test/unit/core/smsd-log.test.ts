import { expect, test } from "vitest";
import { parseLog, parseLogLine } from "../../../core/smsd-log.ts";
import { modemProgress, sinceLastStart } from "../../../core/smsd-progress.ts";

/** As smsd 3.1.21 writes it at log level 6. */
const START = `2026-11-22 06:26:24,2, smsd: Smsd v3.1.21 started.
2026-11-22 06:26:24,6, LEFT: Checking device for incoming SMS
2026-11-22 06:26:24,6, LEFT: Checking if modem is ready
2026-11-22 06:26:24,6, LEFT: Pre-initializing modem
`;
const POLL = `2026-11-22 06:26:25,6, LEFT: Used memory is 0 of 23
2026-11-22 06:26:25,6, LEFT: No SMS received
`;

function progress(text: string, modem = "LEFT") {
  return modemProgress(sinceLastStart(parseLog(text)), modem).state;
}

test("a line has time, severity, process and text; anything else is no line", () => {
  expect(parseLogLine("2026-11-22 06:26:24,6, GSM-1: text: with, commas")).toEqual({
    time: "2026-11-22 06:26:24",
    severity: 6,
    process: "GSM-1",
    text: "text: with, commas",
  });
  expect(parseLogLine("\u0000binary")).toBeUndefined();
  expect(parseLogLine("")).toBeUndefined();
});

test("a modem is ready once smsd has read its memory, not when it begins to", () => {
  expect(progress(START)).toBe("waiting");
  expect(progress(START + POLL)).toBe("ready");
  expect(progress(START + POLL, "RIGHT")).toBe("waiting");
});

test("only what came since the last start counts", () => {
  expect(progress(START + POLL + START)).toBe("waiting");
});

test("a port that is away means waiting, even after good polls", () => {
  const away = "2026-11-22 06:26:26,3, LEFT: Couldn't open serial port /dev/x, error: No such file, waiting 2 sec.\n";
  expect(progress(START + POLL + away)).toBe("waiting");
  expect(progress(START + POLL + away + POLL)).toBe("ready");
});

test.each([
  "Modem did not accept this PIN",
  "Your SIM is locked. Unlock it manually",
  "Modem handler 0 terminated abnormally. PID: 7",
  "Cannot open serial port /dev/ttyUSB9, error: No such device",
])("%s is the end until the next start", (text) => {
  expect(progress(`${START}2026-11-22 06:26:25,3, LEFT: ${text}\n${POLL}`)).toBe("failed");
});
