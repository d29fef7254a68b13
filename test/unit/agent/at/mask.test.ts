import fc from "fast-check";
import { expect, test } from "vitest";
import { maskCommand, maskDigits, maskIdentity } from "../../../../agent/at/mask.ts";

test.each([
  ['AT+CPIN="1234"', "AT+CPIN=•"],
  ["at+cpin=1234", "at+cpin=•"],
  ["AT+CPIN=12345678,1234", "AT+CPIN=•"],
  ["AT+CPIN?", "AT+CPIN?"],
  ["AT+CPIN=?", "AT+CPIN=?"],
  ['AT+CLCK="SC",1,"1234"', "AT+CLCK=•"],
  ['AT+CPWD="SC","1234","4321"', "AT+CPWD=•"],
  ['AT+CMGS="+491711234567"', "AT+CMGS=•"],
  ['AT+CUSD=1,"*100#",15', "AT+CUSD=•"],
  ["ATD+491711234567;", "ATD•"],
  ["AT^CPIN=1234", "AT^CPIN=•"],
  ['AT+CSQ;+CPIN="1234"', "AT+CSQ;+CPIN=•"],
  ["AT+CPMS?", "AT+CPMS?"],
  ["AT+CNMI=2,1,0,0,0", "AT+CNMI=2,1,0,0,0"],
  ["AT+FOO=4917112", "AT+FOO=•"],
])("%s is logged as %s", (command, shown) => {
  expect(maskCommand(command)).toBe(shown);
});

test.each([
  ["+COPS: 26201", "+COPS: •"],
  ["From: +491711234567", "From: •"],
  ["07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07", "•"],
  ["+CMS ERROR: 302", "+CMS ERROR: 302"],
  ["LE20B05SIM7600G22", "LE20B05SIM7600G22"],
])("%s is shown as %s", (text, shown) => {
  expect(maskDigits(text)).toBe(shown);
});

test("whatever is given as a PIN is not in what is logged", () => {
  const pin = fc.string({ minLength: 4, maxLength: 8, unit: "grapheme-ascii" }).filter((text) => /^[^?•]+$/.test(text));
  fc.assert(
    fc.property(pin, (secret) => {
      expect(maskCommand(`AT+CPIN="${secret}"`).replace("AT+CPIN=", "")).not.toContain(secret);
    }),
  );
});

test.each([
  ["861234567890123", "8612…0123"],
  ["26201123456789", "2620…6789"],
  ["1234567", "•"],
])("of %s is shown %s", (digits, shown) => {
  expect(maskIdentity(digits)).toBe(shown);
});
