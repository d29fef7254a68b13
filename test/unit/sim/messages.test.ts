import { describe, expect, test, vi } from "vitest";
import { AtHost } from "./at-host.ts";

/** "Hello" to +49172345678, no validity, report wanted in the second one. */
const HELLO = "0001000B919471325476F8000005C8329BFD06";
const HELLO_WITH_REPORT = "0021000B919471325476F8000005C8329BFD06";
const HELLO_LENGTH = 18;

describe("incoming", () => {
  test("is announced, counted, read and deleted, from index 0", () => {
    const host = new AtHost();
    host.modem.receive({ from: "+4917100", text: "one" });
    host.modem.receive({ from: "+4917100", text: "two" });
    expect(host.hear()).toEqual(['+CMTI: "ME",0', '+CMTI: "ME",1']);
    expect(host.say("AT+CPMS?")[0]).toBe('+CPMS: "ME",2,23,"ME",2,23,"ME",2,23');
    expect(host.say("AT+CMGR=0")[0]).toMatch(/^\+CMGR: 0,,\d+$/);
    expect(host.say("AT+CMGR=0")[0]).toMatch(/^\+CMGR: 1,,\d+$/);
    expect(host.say("AT+CMGL=0").filter((line) => line.startsWith("+CMGL"))).toHaveLength(1);
    expect(host.say("AT+CMGL=4")[0]).toMatch(/^\+CMGL: 0,1,,\d+$/);
    expect(host.say("AT+CMGD=0")).toEqual(["OK"]);
    expect(host.say("AT+CMGR=0")).toEqual(["+CMS ERROR: 321"]);
    expect(host.say("AT+CMGR=999")).toEqual(["+CMS ERROR: 321"]);
  });

  test("an EC25 reads an empty slot as nothing", () => {
    expect(new AtHost({}, "EC25").say("AT+CMGR=0")).toEqual(["OK"]);
  });

  test("AT+CNMI=0,0 keeps quiet", () => {
    const host = new AtHost();
    host.say("AT+CNMI=0,0,0,0,0");
    host.modem.receive({ from: "+4917100", text: "quiet" });
    expect(host.hear()).toEqual([]);
  });

  test("the notice goes to the port that AT+CATR names", () => {
    const host = new AtHost();
    host.open("modem");
    host.modem.receive({ from: "+4917100", text: "both" });
    expect(host.hear()).toHaveLength(2);
    host.say("AT+CATR=2");
    host.modem.receive({ from: "+4917100", text: "one" });
    expect(host.hear()).toHaveLength(1);
    expect(host.modem.journal.entries().at(-1)?.interface).toBe(3);
  });

  test("on an EC25 AT+QURCCFG names it", () => {
    const host = new AtHost({}, "EC25");
    expect(host.say('AT+QURCCFG="urcport","usbmodem"')).toEqual(["OK"]);
    expect(host.say('AT+QURCCFG="urcport"')).toEqual(['+QURCCFG: "urcport","usbmodem"', "OK"]);
    host.modem.receive({ from: "+4917100", text: "elsewhere" });
    expect(host.hear()).toEqual([]);
  });

  test("SM and ME are separate", () => {
    const host = new AtHost();
    expect(host.say('AT+CPMS="SM","SM","SM"')).toEqual(["+CPMS: 0,50,0,50,0,50", "OK"]);
    host.modem.receive({ from: "+4917100", text: "on the card" });
    expect(host.hear()).toEqual(['+CMTI: "SM",0']);
    expect(host.modem.storage("ME").used).toBe(0);
    expect(host.say('AT+CPMS="XX"')).toEqual(["+CMS ERROR: 302"]);
  });

  test("what does not fit waits in the network until there is room", () => {
    const host = new AtHost();
    for (let i = 0; i < 25; i++) host.modem.receive({ from: "+4917100", text: `${i}` });
    expect(host.modem.network.waiting).toBe(2);
    host.say("AT+CMGD=5");
    expect(host.modem.network.waiting).toBe(1);
    expect(host.say("AT+CMGD=0,4")).toContain("OK");
    expect(host.modem.network.waiting).toBe(0);
  });

  test("what comes while it is not registered waits", () => {
    const host = new AtHost();
    host.modem.faults.add({ kind: "not-registered", registration: 2 });
    host.modem.receive({ from: "+4917100", text: "later" });
    expect(host.say("AT+CREG?")[0]).toBe("+CREG: 0,2");
    expect(host.modem.network.waiting).toBe(1);
    host.modem.faults.add({ kind: "not-registered", registration: 6 });
    host.modem.lookAround();
    expect(host.say("AT+CREG?")[0]).toBe("+CREG: 0,6");
    expect(host.modem.network.waiting).toBe(0);
  });

  test("messages survive a restart", () => {
    const host = new AtHost();
    host.modem.receive({ from: "+4917100", text: "kept" });
    host.modem.boot();
    expect(host.modem.storage("ME").used).toBe(1);
  });

  test("only some parts of a long message can arrive", () => {
    const host = new AtHost();
    host.modem.receive({ from: "+4917100", text: "x".repeat(400), parts: [3, 1] });
    expect(host.modem.storage("ME").used).toBe(2);
    expect(() => host.modem.receive({ from: "+4917100", text: "x", parts: [2] })).toThrow(/only 1 parts/);
  });
});

describe("sending", () => {
  test("shows the prompt, takes the PDU, counts references", () => {
    const host = new AtHost();
    expect(host.send(HELLO, HELLO_LENGTH)).toEqual(["+CMGS: 0", "OK"]);
    expect(host.send(HELLO, HELLO_LENGTH)).toEqual(["+CMGS: 1", "OK"]);
    expect(host.modem.outbox.parts[0]).toMatchObject({ to: "+49172345678", text: "Hello", pdu: HELLO });
    expect(host.modem.outbox.messages()).toHaveLength(2);
  });

  test("escape at the prompt sends nothing", () => {
    const host = new AtHost();
    host.say(`AT+CMGS=${HELLO_LENGTH}`);
    host.session.input(Buffer.from(`${HELLO}\u001b`));
    expect(host.hear()).toEqual(["OK"]);
    expect(host.modem.outbox.parts).toEqual([]);
  });

  test("a PDU of another length than announced is refused", () => {
    expect(new AtHost().send(HELLO, HELLO_LENGTH + 1)).toEqual(["+CMS ERROR: 304"]);
    expect(new AtHost().send("not hex", HELLO_LENGTH)).toEqual(["+CMS ERROR: 304"]);
  });

  test("fails without network, and with the error a fault asks for, that often", () => {
    const host = new AtHost();
    host.modem.faults.add({ kind: "cms-error", code: 38, count: 1 });
    expect(host.send(HELLO, HELLO_LENGTH)).toEqual(["+CMS ERROR: 38"]);
    expect(host.send(HELLO, HELLO_LENGTH)).toEqual(["+CMGS: 0", "OK"]);
    host.modem.faults.add({ kind: "not-registered" });
    expect(host.send(HELLO, HELLO_LENGTH)).toEqual(["+CMS ERROR: 331"]);
  });

  test("a wanted status report comes back into the memory", () => {
    vi.useFakeTimers();
    const host = new AtHost({ reportMs: 100 });
    host.send(HELLO_WITH_REPORT, HELLO_LENGTH);
    vi.advanceTimersByTime(100);
    expect(host.modem.storage("ME").entries()[0]?.message.pdu.slice(16, 20)).toBe("0600");
    vi.useRealTimers();
  });
});
