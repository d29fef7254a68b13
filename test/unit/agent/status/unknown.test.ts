import { expect, test } from "vitest";
import type { ModemState } from "../../../../agent/state-modem.ts";
import { type Surroundings, unknownOf } from "../../../../agent/status/unknown.ts";
import { sampleModel } from "../../../helpers/sample-inventory.ts";

const NOW = Date.UTC(2026, 0, 17, 20);
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

const BARE: ModemState = { name: "SIM7600", model: "SIM7600", present: true };
const THERMOMETER = sampleModel({ at: { ...sampleModel().at, temperature: "AT+CPMUTEMP" } });
const AROUND: Surroundings = { model: THERMOMETER, now: NOW, agentRuns: true, smsdRuns: true, isSeen: true };

/** Why `field` is unknown. */
function why(field: string, modem: Partial<ModemState>, around: Partial<Surroundings> = {}): string | undefined {
  return unknownOf({ ...BARE, ...modem }, { ...AROUND, ...around })[field];
}

test.each<[string, string | undefined, Partial<ModemState>, Partial<Surroundings>?]>([
  ["signal", "the modem is not plugged in", { present: false, nextAsk: at(40) }],
  ["signal", "not asked yet; the next look is in 40 s", { nextAsk: at(40) }],
  ["signal", "not asked yet; the next look is due", { nextAsk: at(-1) }],
  ["signal", "last asked 20 min ago; the next look is in 40 s", { asked: at(-1200), nextAsk: at(40) }],
  ["signal", "minicom has it", { nextAsk: at(40), unaskable: "minicom has it" }],
  ["signal", "last asked 20 min ago; minicom has it", { asked: at(-1200), unaskable: "minicom has it" }],
  ["signal", "the agent, which asks the modem, does not run", { nextAsk: at(40) }, { agentRuns: false }],
  ["signal", "the modem could not be looked at", {}, { agentRuns: false, isSeen: false }],
  ["signal", "the modem does not know it", { signal: 99 }],
  ["signal", undefined, { signal: 20 }],
  ["signal", "the modem refuses AT+CSQ", { gaps: { signal: "the modem refuses AT+CSQ" } }],
  ["operator", "the modem refuses AT+COPS?", { registration: 1, gaps: { operator: "the modem refuses AT+COPS?" } }],
  ["operator", "the modem is in no network", { registration: 2, gaps: { operator: "the modem refuses AT+COPS?" } }],
  ["temperature", "of SIM7600 no command is known that tells it", {}, { model: sampleModel() }],
  ["temperature", undefined, { temperature: 0 }],
  ["talked", "smsd does not run", {}, { smsdRuns: false }],
  ["talked", "the modem is not plugged in", { present: false }, { smsdRuns: false }],
  ["talked", "smsd leaves it alone: its PIN was refused", { suspended: "its PIN was refused" }],
  ["talked", "smsd's log shows no answer of it since smsd started", {}],
  ["talked", undefined, { talked: 0 }],
  ["lastReceived", "smsd's log tells of none", { lastSent: at(-1) }],
  ["lastSent", undefined, { lastSent: at(-1) }],
  ["lastSent", "smsd's log could not be read", {}, { isSeen: false }],
])("%s: %s", (field, reason, modem, around) => {
  expect(why(field, modem, around)).toBe(reason);
});

test("what is known is not called unknown", () => {
  const all: ModemState = {
    ...BARE,
    imei: "8612…0123",
    imsi: "2620…0123",
    firmware: "LE20",
    sim: "READY",
    registration: 1,
    operator: "T",
    signal: 20,
    storage: { used: 0, total: 1 },
    temperature: 33,
    talked: 1,
    lastReceived: at(-5),
    lastSent: at(-5),
  };
  expect(unknownOf(all, AROUND)).toEqual({});
});
