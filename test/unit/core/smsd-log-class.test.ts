import { describe, expect, test } from "vitest";
import { classifyLine, type LineKind, shownText } from "../../../core/smsd-log-class.ts";

const line = (text: string, process = "GSM1") => ({ time: "2026-01-17 19:44:00", severity: 3, process, text });
const kindOf = (text: string, process?: string) => classifyLine(line(text, process)).kind;

/** Each text as smsd 3.1.21 writes it. */
test.each<readonly [string, LineKind]>([
  ["write_to_modem: error 5: Input/output error", "io-error"],
  ["Could not send string, cause: Resource temporarily unavailable", "io-error"],
  ["Could not send character A, cause: Input/output error", "io-error"],
  ["Couldn't open serial port /dev/ttyUSB_SIM7600_AT, error: No such file or directory, waiting 2 sec.", "not-opening"],
  ["Cannot open serial port /dev/x, error: No such device", "giving-up"],
  ["Modem handler 0 terminated abnormally. PID: 77, was started 26-01-17, up 1 min.", "process-ended"],
  ["Modem is not ready to answer commands (Timeouts: 22)", "not-answering"],
  ["Modem is not ready to answer commands. Stopping.", "giving-up"],
  ["Error: Unexpected answer from Modem after +CREG?, waiting 1 sec. before retrying", "not-registered"],
  ["Error: Modem is not registered to the network", "not-registered"],
  ["MODEM IS NOT REGISTERED, WAITING 1 SEC. BEFORE RETRYING 3. TIME", "not-registered"],
  ["Error: registration is denied.", "registration-denied"],
  ["Modem did not accept this PIN", "pin-refused"],
  ["Your SIM is locked. Unlock it manually", "sim-locked"],
  ["PIN handling: expected READY or OK, modem answered +CME ERROR: 14", "sim-unexpected"],
  ["PIN entering: modem answered ERROR", "sim"],
  ["Modem needs PIN, but it's not defined for this modem", "pin-missing"],
  ["Check SIM returned ERROR, try: 3", "sim"],
  ["Check SIM could not open the modem, try: 3", "sim"],
  ["Check SIM failed and not retrying anymore", "giving-up"],
  ["Modem did not accept the init string, +CME ERROR: 4", "setup-refused"],
  ["Error: Modem did not accept mode selection", "setup-refused"],
  ["The modem answer was not OK: +CMS ERROR: 38 (Network out of order)", "sending"],
  ["The modem did not answer (expected OK).", "sending"],
  ["Sending SMS from GSM1 to 491701234567 failed, trying time 1 sec. Retries: 1.", "sending"],
  ["Fatal error: sending failed 3 times. Blocking 3600 sec.", "blocked"],
  [
    "Fatal error: Cannot move /var/spool/sms/checked/a to /var/spool/sms/sent. Check file and dir permissions.",
    "unmovable",
  ],
  ["Fatal error: Cannot delete /var/spool/sms/checked/a  . Check file and dir permissions.", "fatal"],
  ["Conflict with .LOCK file in the spooler: /a /b", "duplicate"],
  ["File already exists and it was locked: /a /b", "duplicate"],
  ["Cannot create file /var/spool/sms/incoming/GSM1.x!", "incoming-lost"],
  ["Cannot handle /var/spool/sms/outgoing/a: Access denied.", "outgoing-denied"],
  ["ALERT: problem with eventhandler, result 1", "script"],
  ["Done: eventhandler, execution time 1 sec., status: 768 (3)", "script"],
  ["Command failed.", "reading-failed"],
  ["No SMS received (reading interrupted)", "reading-failed"],
  ["Unexpected input: +CMT: something", "unexpected-input"],
  ["Routed message detected:", "unexpected-input"],
  ["SMS sent, Message_id: 5, To: 491701234567, sending time 1 sec.", "progress"],
  ["SMS received, From: 491701234567", "progress"],
  ["SMS received (report, Message_id: 5), From: 491701234567", "progress"],
  ["No SMS received", "progress"],
  ["Used memory is 0 of 23", "progress"],
  ["Checking device for incoming SMS", "alive"],
  ["Suspend started. not plugged in (modemkeeper)", "suspended"],
  ["Suspend ended.", "resumed"],
  ["Suspend break.", "resumed"],
  ["Pre-initializing modem", "other"],
])("%s: %s", (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

describe("lines of the main process", () => {
  test.each<readonly [string, LineKind]>([
    ["Smsd v3.1.21 started.", "started"],
    ["Smsd mainprocess terminated. PID: 1, was started x, up y.", "ended"],
    ["Smsd mainprocess terminated abnormally. PID: 1, was started x, up y.", "ended"],
    ["FATAL ERROR: Looks like another smsd (7) is running. I (8) quit now.", "second-smsd"],
    ["Modem handler 0 (GSM1) terminated while mainprocess is still running. Exited, status 127.", "handler-ended"],
    ["SMS To: 491701234567. Moved file /a to /b", "traffic"],
  ])("%s: %s", (text, kind) => {
    expect(kindOf(text, "smsd")).toBe(kind);
  });

  test("are none in a modem's mouth", () => {
    expect(kindOf("Smsd v3.1.21 started.")).toBe("other");
    expect(kindOf("Modem handler 0 (GSM2) terminated while mainprocess is still running. x")).toBe("other");
  });
});

test("what the line names", () => {
  expect(
    classifyLine(line("Modem handler 1 (GSM-2.a) terminated while mainprocess is still running. x", "smsd")),
  ).toEqual({
    kind: "handler-ended",
    modem: "GSM-2.a",
  });
  expect(classifyLine(line("Fatal error: sending failed 3 times. Blocking 60 sec."))).toEqual({
    kind: "blocked",
    seconds: 60,
  });
  const file = "/q/checked/a to /b. Check file";
  expect(classifyLine(line(`Fatal error: Cannot move ${file} to /q/sent. Check file and dir permissions.`))).toEqual({
    kind: "unmovable",
    file,
  });
});

test("a stranger's text behind the beginning decides nothing", () => {
  for (const text of [
    "Modem did not accept this PIN",
    "write_to_modem: error 5",
    "Fatal error: Cannot move /a to /b. Check file and dir permissions",
  ]) {
    expect(kindOf(`SMS received, From: ${text}`)).toBe("progress");
    expect(kindOf(`Unexpected input: ${text}`)).toBe("unexpected-input");
  }
});

test.each([
  [
    "SMS sent, Message_id: 5, To: 491701234567, sending time 1 sec.",
    "SMS sent, Message_id: 5, To: …, sending time 1 sec.",
  ],
  ["SMS received, From: A Bank", "SMS received, From: …"],
  [
    "Sending SMS from GSM1 to +491701234567 failed, trying time 1 sec.",
    "Sending SMS from GSM1 to … failed, trying time 1 sec.",
  ],
  ["answer: 07914400000000F0040B914410325476F8", "answer: …"],
  ["number 0170123 of", "number … of"],
  ["Modem is not ready to answer commands (Timeouts: 22)", "Modem is not ready to answer commands (Timeouts: 22)"],
  ["\u0000\u001b[31mred\n", "??[31mred?"],
])("shown of %s is %s", (text, shown) => {
  expect(shownText(text)).toBe(shown);
});

test("what is shown is never longer than a line", () => {
  expect(shownText("x".repeat(10_000))).toHaveLength(161);
});
