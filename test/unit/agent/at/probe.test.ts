import { expect, test } from "vitest";
import { type ProbeRequest, probe } from "../../../../agent/at/probe.ts";
import { AtSession } from "../../../../agent/at/session.ts";
import { memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

const TTY = "/dev/ttyUSB3";
const LOCK = "/var/lock/modem_access.lock";
const FULL: ProbeRequest = { lockFile: LOCK, modem: "SIM7600", tty: "ttyUSB3", full: true };

const SIM7600 = {
  AT: "OK",
  "AT+CGSN": "867584030000001\n\nOK",
  "AT+CGMR": "+CGMR: LE20B05SIM7600G22\n\nOK",
  "AT+CPIN?": "+CPIN: READY\n\nOK",
  "AT+CIMI": "262011234567890\n\nOK",
  "AT+CREG?": "+CREG: 0,1\n\nOK",
  "AT+CEREG?": "+CEREG: 0,1\n\nOK",
  "AT+CSQ": "+CSQ: 20,99\n\nOK",
  "AT+COPS?": '+COPS: 0,0,"Simnet",7\n\nOK',
  "AT+CPMS?": '+CPMS: "ME",3,23,"ME",3,23,"ME",3,23\n\nOK',
};

async function machineWithModem() {
  const machine = await memoryAgentMachine();
  const terminal = machine.terminal(TTY);
  terminal.answers = { ...SIM7600 };
  return { machine, terminal, host: machine.agentHost() };
}

test("a full probe tells identity, SIM, network and storage, and closes the port", async () => {
  const { terminal, host } = await machineWithModem();
  expect(await probe(host, FULL)).toEqual({
    answered: true,
    imei: "867584030000001",
    imsi: "262011234567890",
    firmware: "LE20B05SIM7600G22",
    sim: "READY",
    registration: 1,
    signal: 20,
    operator: "Simnet",
    storage: { used: 3, total: 23 },
    detail: "SIM7600 answers on ttyUSB3",
  });
  expect(terminal.open).toBe(0);
});

test("a short probe asks AT and nothing else", async () => {
  const { terminal, host } = await machineWithModem();
  expect(await probe(host, { ...FULL, full: false })).toEqual({
    answered: true,
    detail: "SIM7600 answers on ttyUSB3",
  });
  expect(terminal.commands).toEqual(["AT"]);
});

test("what gives no sense stays out; the rest is told", async () => {
  const { terminal, host } = await machineWithModem();
  terminal.answers["AT+CPIN?"] = "+CME ERROR: 10";
  terminal.answers["AT+CIMI"] = "+CME ERROR: 10";
  terminal.answers["AT+CSQ"] = "\u0001\u0002garbage\n\nOK";
  terminal.answers["AT+CPMS?"] = "+CMS ERROR: 310";
  terminal.answers["AT+CREG?"] = "+CREG: 0,0\n\nOK";
  terminal.answers["AT+CEREG?"] = "+CEREG: 0,2\n\nOK";
  const found = await probe(host, FULL);
  expect(found).toMatchObject({ answered: true, sim: "SIM not inserted", registration: 0 });
  expect(Object.keys(found)).not.toContain("imsi");
  expect(Object.keys(found)).not.toContain("signal");
  expect(Object.keys(found)).not.toContain("storage");
});

test("registered for data only counts as registered", async () => {
  const { terminal, host } = await machineWithModem();
  terminal.answers["AT+CREG?"] = "+CREG: 0,3\n\nOK";
  terminal.answers["AT+CEREG?"] = "+CEREG: 0,5\n\nOK";
  expect(await probe(host, FULL)).toMatchObject({ registration: 5 });
});

test("the model's own command tells the firmware", async () => {
  const { terminal, host } = await machineWithModem();
  terminal.answers["AT+QGMR"] = "EC25EFAR06A11M4G_01.001.01.001\n\nOK";
  expect(await probe(host, { ...FULL, firmwareCommand: "AT+QGMR" })).toMatchObject({
    firmware: "EC25EFAR06A11M4G_01.001.01.001",
  });
});

test("the temperature is asked for where the model has a command for it", async () => {
  const { terminal, host } = await machineWithModem();
  terminal.answers["AT+QTEMP"] = "+QTEMP: 33,30,29\n\nOK";
  const found = await probe(host, { ...FULL, temperatureCommand: "AT+QTEMP" });
  expect(found).toMatchObject({ temperature: 33 });
  expect(Object.keys(found)).not.toContain("gaps");
  expect((await probe(host, FULL)).temperature).toBeUndefined();
});

test("for what it could not find out it says why", async () => {
  const { terminal, host } = await machineWithModem();
  terminal.answers["AT+CPMUTEMP"] = "ERROR";
  terminal.answers["AT+CIMI"] = "+CME ERROR: 10";
  terminal.answers["AT+COPS?"] = "+COPS: 0\n\nOK";
  terminal.answers["AT+CREG?"] = "ERROR";
  const found = await probe(host, { ...FULL, temperatureCommand: "AT+CPMUTEMP" });
  expect(found).toMatchObject({ sim: "READY", registration: 1 });
  expect(found.gaps).toEqual({
    temperature: "the modem refuses AT+CPMUTEMP",
    imsi: "the modem refuses AT+CIMI (+CME ERROR: 10)",
    operator: "the answer to AT+COPS? says nothing of it",
  });
  terminal.answers["AT+CEREG?"] = "+CME ERROR: 4";
  expect((await probe(host, FULL)).gaps).toMatchObject({ registration: "the modem refuses AT+CREG?" });
});

test("what a modem falls silent before is not answered", async () => {
  const { terminal, host } = await machineWithModem();
  terminal.onCommand = (command) => {
    if (command === "AT+CSQ") terminal.silent = true;
    return command === "AT+CSQ" ? "" : undefined;
  };
  const { gaps } = await probe(host, FULL);
  expect(gaps).toEqual({
    signal: "the modem does not answer AT+CSQ",
    operator: "the modem does not answer AT+COPS?",
    storage: "the modem does not answer AT+CPMS?",
  });
});

test("a silent modem is a result", async () => {
  const { terminal, host } = await machineWithModem();
  terminal.silent = true;
  expect(await probe(host, FULL)).toEqual({ answered: false, detail: "SIM7600 does not answer AT on ttyUSB3" });
  expect(terminal.open).toBe(0);
});

test("a modem that falls silent in the middle is not asked on and on", async () => {
  const { machine, terminal, host } = await machineWithModem();
  terminal.onCommand = (command) => {
    if (command === "AT+CGMR") terminal.silent = true;
    return command === "AT+CGMR" ? "" : undefined;
  };
  const began = machine.time.monotonic;
  const found = await probe(host, FULL);
  expect(found).toMatchObject({ answered: true, imei: "867584030000001", sim: "READY" });
  expect(Object.keys(found)).not.toContain("signal");
  expect(machine.time.monotonic - began).toBeLessThan(10_000);
});

test("a terminal that does not open, takes no bytes or goes is a result with its reason", async () => {
  const { machine, terminal, host } = await machineWithModem();
  terminal.refusal = "EIO";
  expect(await probe(host, FULL)).toMatchObject({ answered: false, detail: expect.stringContaining("EIO") });
  terminal.refusal = undefined;
  terminal.stuck = true;
  expect(await probe(host, FULL)).toMatchObject({ answered: false, detail: expect.stringContaining("takes no bytes") });
  terminal.stuck = false;
  terminal.onCommand = () => {
    terminal.hangUp();
    return "";
  };
  expect(await probe(host, FULL)).toMatchObject({ answered: false, detail: expect.stringContaining("is gone") });
  machine.terminals.delete(TTY);
  expect(await probe(host, FULL)).toMatchObject({ answered: false });
});

test("a lock that somebody else keeps is no verdict on the modem", async () => {
  const { machine, terminal, host } = await machineWithModem();
  machine.lockedBy(LOCK, { pid: 7, process: "script", user: "root", since: 0 });
  await expect(probe(host, { ...FULL, waitMs: 1000 })).rejects.toMatchObject({ code: "lock-held" });
  expect(terminal.opened).toBe(0);
});

test("a port that is held open is asked through its session, not opened a second time", async () => {
  const { terminal, host } = await machineWithModem();
  const session = new AtSession(host, await host.serial.open(TTY));
  expect(await probe(host, { ...FULL, session })).toMatchObject({ answered: true, signal: 20 });
  expect(terminal.opened).toBe(1);
  expect(terminal.open).toBe(1);
});
