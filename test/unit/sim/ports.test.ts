import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AtHost } from "./at-host.ts";

/** "Hello" to +49172345678, no validity. */
const HELLO = "0001000B919471325476F8000005C8329BFD06";
const HELLO_LENGTH = 18;

/** Somebody at each AT port of one modem, who sees only what that port prints. */
function twoPorts(model: string, options = {}) {
  const host = new AtHost(options, model);
  const spec = host.modem.spec.usb.interfaces.find(({ role }) => role === "modem");
  let heard = "";
  const second =
    spec &&
    host.modem.openPort(spec, (data) => {
      heard += data.toString("latin1");
    });
  second?.input(Buffer.from("ATE0\r"));
  heard = "";
  const say = (line: string) => {
    heard = "";
    second?.input(Buffer.from(`${line}\r`));
    return hear();
  };
  const hear = () => {
    const lines = heard.split("\r\n").filter((line) => line !== "");
    heard = "";
    return lines;
  };
  return { modem: host.modem, at: host, second: { say, hear } };
}

describe("the second AT port", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("answers while the first one sends a message", () => {
    const { at, second } = twoPorts("SIM7600", { sendMs: 3_000 });
    expect(at.send(HELLO, HELLO_LENGTH)).toEqual([]);
    expect(second.say("AT+CSQ")).toEqual(["+CSQ: 20,99", "OK"]);
    vi.advanceTimersByTime(3_000);
    expect(at.hear()).toEqual(["+CMGS: 0", "OK"]);
    expect(second.hear()).toEqual([]);
  });

  test("has an echo and a command line of its own", () => {
    const { at, second } = twoPorts("SIM7600");
    at.say("ATE1");
    at.session.input(Buffer.from("AT+C"));
    expect(second.say("AT")).toEqual(["OK"]);
    at.raw();
    at.session.input(Buffer.from("SQ\r"));
    expect(at.hear()).toEqual(["SQ\r", "+CSQ: 20,99", "OK"]);
  });

  test("AT+CNMI holds for the modem, whichever port it was given on", () => {
    const { modem, at, second } = twoPorts("SIM7600");
    second.say("AT+CNMI=0,0,0,0,0");
    modem.receive({ from: "+4917100", text: "quiet" });
    expect([...at.hear(), ...second.hear()]).toEqual([]);
    expect(at.say("AT+CNMI?")[0]).toBe("+CNMI: 0,0,0,0,0");
    at.say("AT+CNMI=2,1,0,0,0");
    second.say("AT+CATR=2");
    modem.receive({ from: "+4917100", text: "loud" });
    expect(second.hear()).toEqual(['+CMTI: "ME",1']);
    expect(at.hear()).toEqual([]);
  });
});

const CATR = "AT+CATR";
const URCCFG = 'AT+QURCCFG="urcport"';

/* Each row: what is set on the second port, how it is read back, and who then hears of a new message. */
describe.each([
  ["SIM7600", `${CATR}=0`, `${CATR}?`, ["at", "second"]],
  ["SIM7600", `${CATR}=1`, `${CATR}?`, []],
  ["SIM7600", `${CATR}=2`, `${CATR}?`, ["second"]],
  ["SIM7600", `${CATR}=3`, `${CATR}?`, ["at"]],
  ["EC25", `${URCCFG},"usbat"`, URCCFG, ["at"]],
  ["EC25", `${URCCFG},"usbmodem"`, URCCFG, ["second"]],
  ["EC25", `${URCCFG},"uart1"`, URCCFG, []],
])("%s after %s", (model, command, question, listeners) => {
  test(`a new message is announced to: ${listeners.join(" and ") || "nobody"}`, () => {
    const { modem, at, second } = twoPorts(model);
    expect(second.say(command)).toEqual(["OK"]);
    modem.receive({ from: "+4917100", text: "hello" });
    const heard = [at.hear().length > 0 ? "at" : undefined, second.hear().length > 0 ? "second" : undefined];
    expect(heard.filter((port) => port !== undefined)).toEqual(listeners);
  });

  test("a restart forgets it", () => {
    const { modem, second } = twoPorts(model);
    const before = second.say(question);
    second.say(command);
    modem.boot();
    second.say("ATE0");
    expect(second.say(question)).toEqual(before);
  });
});
