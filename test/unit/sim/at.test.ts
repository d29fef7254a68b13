import { describe, expect, test, vi } from "vitest";
import { findEntry, parseTranscript, splitCommands } from "../../sim/at/transcript.ts";
import { AtHost } from "./at-host.ts";

/** "Hello" to +49172345678, no validity. */
const HELLO = "0001000B919471325476F8000005C8329BFD06";
const HELLO_LENGTH = 18;
/** "Hi" to the same. */
const HI = "0001000B919471325476F8000002C834";
const HI_LENGTH = 15;

describe("transcripts", () => {
  test("an entry further up wins over one further down", () => {
    const dialogue = parseTranscript("> AT+X\n< first\n> AT+X*\n< second");
    expect(findEntry(dialogue, "at+x")?.entry.steps).toEqual([{ kind: "reply", text: "first" }]);
    expect(findEntry(dialogue, 'AT+X="y"')).toMatchObject({ argument: '="y"' });
    expect(findEntry(dialogue, "AT+Y")).toBeUndefined();
  });

  test.each(["AT+X", "~ soon\n", "< reply before any command", "> AT\n~ soon"])("%j is refused", (text) => {
    expect(() => parseTranscript(text)).toThrow(/transcript line/);
  });

  test("several commands of one line, and none inside quotes", () => {
    expect(splitCommands("AT+CMEE=1;+CREG=2")).toEqual(["AT+CMEE=1", "AT+CREG=2"]);
    expect(splitCommands('AT+CUSD=1,"a;b";E0')).toEqual(['AT+CUSD=1,"a;b"', "ATE0"]);
    expect(splitCommands("AT")).toEqual(["AT"]);
  });
});

test("each model tells its temperature in its own way", () => {
  expect(new AtHost().say("AT+CPMUTEMP")).toEqual(["+CPMUTEMP: 33", "OK"]);
  expect(new AtHost({}, "EC25").say("AT+QTEMP")).toEqual(["+QTEMP: 33,33,33", "OK"]);
  expect(new AtHost({}, "EC25").say("AT+CPMUTEMP")).toEqual(["ERROR"]);
});

describe("line discipline", () => {
  test("echoes until told not to", () => {
    const host = new AtHost({}, "SIM7600", true);
    host.raw();
    host.session.input(Buffer.from("AT\rATE0\rAT\r"));
    expect(host.raw()).toBe("AT\r\r\nOK\r\nATE0\r\r\nOK\r\n\r\nOK\r\n");
  });

  test("several commands in one line answer with one OK", () => {
    const host = new AtHost();
    expect(host.say("AT+CMEE=1;+CREG=2;+CSQ")).toEqual(["+CSQ: 20,99", "OK"]);
    expect(host.say("AT+CREG?")).toEqual(["+CREG: 2,1", "OK"]);
  });

  test("the first failing command ends the line", () => {
    expect(new AtHost().say("AT+CSQ;+NONSENSE;+CGSN")).toEqual(["+CSQ: 20,99", "ERROR"]);
  });

  test("Ctrl-Z and escape outside a prompt clear the line, other noise is ignored", () => {
    const host = new AtHost();
    expect(host.say("garbage\u001aAT")).toEqual(["OK"]);
    expect(host.say("hello")).toEqual([]);
  });

  test("a test's own transcript comes first, with delays", () => {
    vi.useFakeTimers();
    const host = new AtHost({ dialogue: "> AT+CSQ\n~ 300\n< +CSQ: 5,99\n< OK" });
    expect(host.say("AT+CSQ")).toEqual([]);
    expect(host.say("AT")).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(host.hear()).toEqual(["+CSQ: 5,99", "OK", "OK"]);
    vi.useRealTimers();
  });

  test("models differ in how they print their firmware", () => {
    expect(new AtHost().say("AT+CGMR")[0]).toBe("+CGMR: LE20B05SIM7600G22");
    expect(new AtHost({}, "EC25").say("AT+CGMR")[0]).toBe("EC25EFAR06A11M4G");
  });
});

describe("SIM", () => {
  test("three wrong PINs ask for the PUK, which sets a new PIN", () => {
    const host = new AtHost({ pin: "1234" });
    host.say("AT+CMEE=1");
    expect(host.say("AT+CPIN?")).toEqual(["+CPIN: SIM PIN", "OK"]);
    expect(host.say("AT+CPMS?")).toEqual(["+CMS ERROR: 311"]);
    expect(host.say('AT+CPIN="0000"')).toEqual(["+CME ERROR: 16"]);
    expect(host.say('AT+CPIN="0000"')).toEqual(["+CME ERROR: 16"]);
    expect(host.say('AT+CPIN="0000"')).toEqual(["+CME ERROR: 12"]);
    expect(host.say('AT+CPIN="1234"')).toEqual(["+CME ERROR: 12"]);
    expect(host.say('AT+CPIN="12345678","4321"')).toEqual(["OK"]);
    expect(host.say("AT+CPIN?")).toEqual(["+CPIN: READY", "OK"]);
  });

  test("a restart asks for the PIN again and keeps the count of tries", () => {
    const host = new AtHost({ pin: "1234" });
    host.say('AT+CPIN="0000"');
    host.say("AT+CRESET");
    expect(host.modem.sim.triesLeft).toBe(2);
    host.say("ATE0");
    expect(host.say('AT+CPIN="1234"')).toEqual(["OK"]);
    host.modem.boot();
    expect(host.modem.sim.state).toBe("pin");
    expect(host.modem.sim.triesLeft).toBe(3);
  });

  test("without a SIM, errors come in the form CMEE asks for", () => {
    const host = new AtHost();
    host.modem.sim.inserted = false;
    expect(host.say("AT+CPIN?")).toEqual(["ERROR"]);
    host.say("AT+CMEE=1");
    expect(host.say("AT+CIMI")).toEqual(["+CME ERROR: 10"]);
    host.say("AT+CMEE=2");
    expect(host.say("AT+CPIN?")).toEqual(["+CME ERROR: SIM not inserted"]);
  });
});

describe("hangs", () => {
  test("a hung port says nothing and takes note of what it heard", () => {
    const host = new AtHost();
    host.modem.faults.add({ kind: "hang" });
    expect(host.say("AT")).toEqual([]);
    expect(host.modem.journal.entries().at(-1)).toMatchObject({ direction: ">", text: "AT" });
    host.modem.heal("at-reset");
    expect(host.say("AT")).toEqual([]);
    host.modem.heal("usb-reset");
    expect(host.say("AT")).toEqual(["OK"]);
  });

  test("one port can hang while the other answers, and a restart through that one heals", () => {
    const host = new AtHost();
    host.modem.faults.add({ kind: "hang", interfaces: [2], healedBy: ["at-reset"] });
    expect(host.say("AT")).toEqual([]);
    const second = host.open("modem");
    second.input(Buffer.from("ATE0\rAT+CFUN=1,1\r"));
    host.hear();
    expect(host.modem.boots).toBe(2);
    host.say("ATE0");
    expect(host.say("AT")).toEqual(["OK"]);
  });

  test("a poisoned message hangs it each time it is read", () => {
    const host = new AtHost();
    host.modem.receive({ from: "+4917100", text: "poison", poison: true, healedBy: ["replug"] });
    expect(host.say("AT+CMGR=0")).toEqual([]);
    expect(host.say("AT")).toEqual([]);
    host.modem.heal("usb-reset");
    expect(host.say("AT")).toEqual([]);
    host.modem.heal("replug");
    expect(host.say("AT")).toEqual(["OK"]);
    expect(host.say("AT+CMGL=4")).toEqual([]);
  });

  test("sending a poisonous text hangs it each time, other texts go out", () => {
    const host = new AtHost();
    host.modem.faults.add({ kind: "poison-text", text: "ell", healedBy: ["power"] });
    for (let time = 1; time <= 2; time++) {
      expect(host.send(HELLO, HELLO_LENGTH)).toEqual([]);
      expect(host.say("AT")).toEqual([]);
      host.modem.heal("power");
      expect(host.say("AT")).toEqual(["OK"]);
    }
    expect(host.send(HI, HI_LENGTH)).toEqual(["+CMGS: 0", "OK"]);
    expect(host.modem.outbox.messages().map(({ text }) => text)).toEqual(["Hi"]);
  });

  test.each(["AT+CRESET", "AT+CFUN=1,1"])("a hang that %s does not heal outlives it", (command) => {
    const host = new AtHost();
    host.modem.faults.add({ kind: "hang", interfaces: [2], healedBy: ["usb-reset"] });
    host.open("modem").input(Buffer.from(`${command}\r`));
    expect(host.modem.boots).toBe(2);
    expect(host.say("AT")).toEqual([]);
  });
});

test("a slow boot is silent until it is over", () => {
  vi.useFakeTimers();
  const host = new AtHost();
  host.modem.faults.add({ kind: "slow-boot", milliseconds: 5_000 });
  host.modem.boot();
  expect(host.say("AT")).toEqual([]);
  vi.advanceTimersByTime(5_000);
  expect(host.hear()).toEqual(["+CPIN: READY", "SMS DONE", "PB DONE"]);
  vi.useRealTimers();
});
