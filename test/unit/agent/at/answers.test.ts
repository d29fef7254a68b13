import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isRegistered,
  parseImei,
  parseImsi,
  parseOperator,
  parseRegistration,
  parseRevision,
  parseSignal,
  parseSimState,
  parseStorage,
  parseTemperature,
  simError,
} from "../../../../agent/at/answers.ts";

test.each([
  [["867584030000001"], "867584030000001"],
  [["+CGSN: 867584030000001"], "867584030000001"],
  [['+CGSN: "867584030000001"'], "867584030000001"],
  [["AT+CGSN", "867584030000001"], "867584030000001"],
  [["86758403000000"], undefined],
  [["8675840300000011"], undefined],
  [[], undefined],
])("IMEI in %j", (lines, imei) => {
  expect(parseImei(lines)).toBe(imei);
});

test.each([
  [["262011234567890"], "262011234567890"],
  [["+CIMI: 26201123456789"], "26201123456789"],
  [["2620112"], undefined],
  [["iccid 89490200001234567890"], undefined],
])("IMSI in %j", (lines, imsi) => {
  expect(parseImsi(lines)).toBe(imsi);
});

test.each([
  [["+CGMR: LE20B05SIM7600G22"], "LE20B05SIM7600G22"],
  [["LE20B03SIM7600M22"], "LE20B03SIM7600M22"],
  [["EC25EFAR06A11M4G"], "EC25EFAR06A11M4G"],
  [["AT+CGMR", '"11.617.13.00.00"'], "11.617.13.00.00"],
  [["Revision: 1.2"], "1.2"],
  [[""], undefined],
])("revision in %j", (lines, revision) => {
  expect(parseRevision(lines)).toBe(revision);
});

test.each([
  [["+CPIN: READY"], "READY"],
  [["+CPIN:SIM PIN"], "SIM PIN"],
  [['+CPIN: "SIM PUK"'], "SIM PUK"],
  [["+CPIN:"], undefined],
  [["READY"], undefined],
])("SIM in %j", (lines, sim) => {
  expect(parseSimState(lines)).toBe(sim);
});

test.each([
  ["+CME ERROR: 10", "SIM not inserted"],
  ["+CME ERROR: 12", "SIM PUK required"],
  ["+CME ERROR: SIM failure", "SIM failure"],
  ["+CME ERROR: SIM busy", undefined],
  ["+CME ERROR: 14", undefined],
  ["+CME ERROR: 999", undefined],
  ["ERROR", undefined],
])("SIM error %s", (result, words) => {
  expect(simError(result)).toBe(words);
});

test.each([
  [["+CREG: 0,1"], 1],
  [['+CREG: 2,5,"1A2B","01234567",7'], 5],
  [["+CREG: 2,6"], 6],
  // An announcement in the middle of the answer says the same without the mode.
  [["+CREG: 1", "+CREG: 1,1"], 1],
  [['+CREG: 3,"1A2B","01234567",7'], undefined],
  [["+CREG: 1"], undefined],
  [["+CEREG: 0,1"], undefined],
])("registration in %j", (lines, status) => {
  expect(parseRegistration(lines, "+CREG")).toBe(status);
});

test("home, roaming and both kinds for messages only are registered", () => {
  const registered = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((status) => isRegistered(status));
  expect(registered).toEqual([1, 5, 6, 7]);
  expect(isRegistered(undefined)).toBe(false);
});

test.each([
  [["+CSQ: 20,99"], 20],
  [["+CSQ: 0,0"], 0],
  [["+CSQ: 99,99"], 99],
  [["+CSQ: 148,99"], 99],
  [["+CSQ: ,"], undefined],
  [["20,99"], undefined],
])("signal in %j", (lines, signal) => {
  expect(parseSignal(lines)).toBe(signal);
});

test.each([
  [['+COPS: 0,0,"Simnet",7'], "Simnet"],
  [['+COPS: 0,0,"One, Two",7'], "One, Two"],
  [["+COPS: 0,2,26201,7"], "26201"],
  [["+COPS: 0"], undefined],
  [['+COPS: 0,0,""'], undefined],
])("operator in %j", (lines, operator) => {
  expect(parseOperator(lines)).toBe(operator);
});

test.each([
  [['+CPMS: "ME",3,23,"ME",3,23,"SM",0,50'], { used: 3, total: 23 }],
  [["+CPMS: 3,23,3,23,0,50"], undefined],
  [['+CPMS: "ME"'], undefined],
  [["OK"], undefined],
])("storage in %j", (lines, storage) => {
  expect(parseStorage(lines)).toEqual(storage);
});

test.each([
  [["+CPMUTEMP: 29"], 29],
  [["AT+CPMUTEMP", "+CPMUTEMP: -7"], -7],
  [["+QTEMP: 33,30,29"], 33],
  [["+QTEMP:31,31,30"], 31],
  [['+QTEMP: "xo_therm","33"', '+QTEMP: "mdm_case","-273"'], 33],
  [["+QTEMP: 255,255,255"], undefined],
  [["+CPMUTEMP: hot"], undefined],
  [["+CPMUTEMP: 29 C"], undefined],
  [[], undefined],
])("temperature in %j", (lines, degrees) => {
  expect(parseTemperature(lines)).toBe(degrees);
});

test("no answer makes a parser throw, and none invents what is not there", () => {
  const prefix = fc.constantFrom("+CGSN: ", "+CREG: ", "+CSQ: ", "+COPS: ", "+CPMS: ", "+CPIN: ", "+QTEMP: ", "");
  const text = fc.tuple(prefix, fc.string()).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(text), (lines) => {
      expect(parseImei(lines) ?? "0".repeat(15)).toMatch(/^\d{15}$/);
      expect(parseImsi(lines) ?? "0".repeat(15)).toMatch(/^\d{14,15}$/);
      expect((parseRevision(lines) ?? "x").length).toBeGreaterThan(0);
      expect((parseOperator(lines) ?? "x").length).toBeLessThanOrEqual(64);
      expect((parseSimState(lines) ?? "x").length).toBeLessThanOrEqual(64);
      expect(parseSignal(lines) ?? 0).toBeLessThanOrEqual(99);
      expect(Math.abs(parseTemperature(lines) ?? 0)).toBeLessThanOrEqual(130);
      expect(Number.isSafeInteger(parseRegistration(lines, "+CREG") ?? 0)).toBe(true);
      const { used, total } = parseStorage(lines) ?? { used: 0, total: 0 };
      expect(Number.isSafeInteger(used) && Number.isSafeInteger(total)).toBe(true);
    }),
  );
});
