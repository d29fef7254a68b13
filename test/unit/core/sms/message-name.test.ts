import { expect, test } from "vitest";
import { isMessageName, modemOfName } from "../../../../core/sms/message-name.ts";

test.each([
  ["GSM1.aB3dE6", true],
  ["2026-11-22.GSM1.aB3dE6", true],
  ["GSM1.aB3dE6-GSM1-concatenated news", true],
  ["test.GSM1", true],
  ["anything", true],
  ["GSM1.aB3dE6.LOCK", false],
  ["LOCKED.x", false],
  ["GSM1-concatenated", false],
  ["test.aB3dE6", false],
  ["smsd_script.aB3dE6", false],
  [".draft", false],
])("%s is a message's name: %s", (name, message) => {
  expect(isMessageName(name)).toBe(message);
});

test.each([
  ["GSM1.aB3dE6", "GSM1"],
  ["GSM1.2.aB3dE6", "GSM1.2"],
  ["GSM1.2.2026-11-22.aB3dE6", "GSM1.2"],
  ["2026-11-22.GSM1.aB3dE6", "GSM1"],
  ["GSM1.aB3dE6-two\nlines", "GSM1"],
  ["GSM1", undefined],
  ["GSM1.", undefined],
  ["GSM1.short", undefined],
  ["XGSM1.aB3dE6", undefined],
  ["../GSM1.aB3dE6", undefined],
])("%j is of the modem %s", (name, modem) => {
  expect(modemOfName(name, ["GSM1", "GSM1.2"])).toBe(modem);
});
