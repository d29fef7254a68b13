import { expect, test } from "vitest";
import { Listeners } from "../../../../agent/at/listeners.ts";
import { probe } from "../../../../agent/at/probe.ts";
import { memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

const TTY = "ttyUSB3";
const LOCK = "/var/lock/modem_access.lock";
const WANTED = { modem: "SIM7600", tty: TTY, setup: ["AT+CATR=2", "AT+UNKNOWN"] };
const SMSD = 815;
const SCRIPT = { pid: 4711, process: "check.sh", user: "root", since: 0 };

async function start() {
  const machine = await memoryAgentMachine();
  const terminal = machine.terminal(`/dev/${TTY}`);
  terminal.answers["AT+CATR=2"] = "OK";
  machine.modemProcesses.set("SIM7600", SMSD);
  const host = machine.agentHost();
  const listeners = new Listeners(host);
  const pass = (milliseconds: number) => host.clock.sleep(milliseconds);
  const sigcont = () => machine.signals.filter(({ pid, signal }) => pid === SMSD && signal === "SIGCONT").length;
  return { machine, terminal, host, listeners, pass, sigcont };
}

test("it opens the port and prepares the modem; an unknown command is no fault", async () => {
  const { terminal, listeners, pass } = await start();
  listeners.set([WANTED], LOCK);
  await pass(1000);
  expect(terminal.commands).toEqual(["AT", "AT+CATR?", "AT+CATR=2", "AT+UNKNOWN"]);
  expect(listeners.held).toEqual([TTY]);
  await listeners.stop();
  expect(terminal.open).toBe(0);
});

test("what is set already is not written again", async () => {
  const { terminal, listeners, pass } = await start();
  terminal.answers["AT+CATR?"] = "+CATR: 2\n\nOK";
  terminal.answers['AT+QURCCFG="URCPORT"'] = '+QURCCFG: "urcport","usbmodem"\n\nOK';
  terminal.answers["AT+CNMI?"] = "+CNMI: 2,2,0,0,0\n\nOK";
  const setup = ["AT+CATR=2", 'AT+QURCCFG="urcport","usbmodem"', "AT+CNMI=2,1,0,0,0"];
  listeners.set([{ ...WANTED, setup }], LOCK);
  await pass(1000);
  expect(terminal.commands).toEqual(["AT", "AT+CATR?", 'AT+QURCCFG="urcport"', "AT+CNMI?", "AT+CNMI=2,1,0,0,0"]);
  await listeners.stop();
});

test("a lock that is seen held only for a moment is our own helper's", async () => {
  const { terminal, host } = await start();
  let looks = 0;
  const lockHolder = async () => {
    looks += 1;
    return looks % 2 === 1 ? { ...SCRIPT, process: "flock" } : undefined;
  };
  const listeners = new Listeners({ ...host, proc: { ...host.proc, lockHolder } });
  listeners.set([WANTED], LOCK);
  await host.clock.sleep(10_000);
  expect(looks).toBeGreaterThan(10);
  expect(terminal.opened).toBe(1);
  expect(terminal.open).toBe(1);
  await listeners.stop();
});

test("a message that is announced wakes smsd's process at once, and once more 300 ms later", async () => {
  const { terminal, machine, listeners, pass, sigcont } = await start();
  listeners.set([WANTED], LOCK);
  await pass(2000);
  machine.time.jumps = false;
  const before = sigcont();
  terminal.say('+CMTI: "ME",3');
  await machine.time.advance(0);
  expect(sigcont()).toBe(before + 1);
  await machine.time.advance(299);
  expect(sigcont()).toBe(before + 1);
  await machine.time.advance(1);
  expect(sigcont()).toBe(before + 2);
  machine.time.jumps = true;
  await listeners.stop();
});

test("a burst of messages wakes it a few times, not once each", async () => {
  const { terminal, listeners, pass, sigcont } = await start();
  listeners.set([WANTED], LOCK);
  await pass(2000);
  const before = sigcont();
  for (let index = 0; index < 100; index++) terminal.say(`+CMTI: "ME",${index}`);
  await pass(2000);
  expect(sigcont() - before).toBeGreaterThanOrEqual(2);
  expect(sigcont() - before).toBeLessThanOrEqual(4);
  await listeners.stop();
});

test("other announcements wake nobody, nor does a modem without a process of smsd fail", async () => {
  const { terminal, machine, listeners, pass, sigcont } = await start();
  listeners.set([WANTED], LOCK);
  await pass(2000);
  const before = sigcont();
  terminal.say("RING\n\n+CREG: 1\n\nPB DONE");
  await pass(1000);
  expect(sigcont()).toBe(before);
  machine.modemProcesses.clear();
  terminal.say('+CMTI: "ME",3');
  await pass(1000);
  expect(listeners.held).toEqual([TTY]);
  await listeners.stop();
});

test("the same wish again changes nothing; another wish closes the port", async () => {
  const { terminal, listeners, pass } = await start();
  for (let index = 0; index < 10; index++) {
    listeners.set([{ ...WANTED }], LOCK);
    await pass(500);
  }
  expect(terminal.opened).toBe(1);
  listeners.set([], LOCK);
  await pass(100);
  expect(terminal.open).toBe(0);
  expect(listeners.held).toEqual([]);
  await listeners.stop();
});

test("a line that is lost is opened again, and what came meanwhile is fetched", async () => {
  const { terminal, listeners, pass, sigcont } = await start();
  listeners.set([WANTED], LOCK);
  await pass(2000);
  const before = sigcont();
  terminal.hangUp();
  await pass(3000);
  expect(terminal.opened).toBe(2);
  expect(listeners.held).toEqual([TTY]);
  expect(sigcont()).toBeGreaterThan(before);
  await listeners.stop();
});

test("a port that does not open is tried ever more rarely, and for ever", async () => {
  const { terminal, listeners, pass } = await start();
  terminal.silent = true;
  listeners.set([WANTED], LOCK);
  await pass(600_000);
  expect(terminal.opened).toBeGreaterThan(5);
  expect(terminal.opened).toBeLessThan(20);
  terminal.silent = false;
  await pass(70_000);
  expect(listeners.held).toEqual([TTY]);
  await listeners.stop();
});

test("while another program holds the access lock the port is left to it", async () => {
  const { terminal, machine, listeners, pass } = await start();
  listeners.set([WANTED], LOCK);
  await pass(1000);
  const release = machine.lockedBy(LOCK, SCRIPT);
  await pass(600);
  expect(terminal.open).toBe(0);
  await pass(10_000);
  expect(terminal.opened).toBe(1);
  await release();
  await pass(1000);
  expect(listeners.held).toEqual([TTY]);
  await listeners.stop();
});

test("stepping aside frees the port at once and lasts until it is over", async () => {
  const { terminal, listeners, pass } = await start();
  listeners.set([WANTED], LOCK);
  await pass(1000);
  const back = await listeners.stepAside("SIM7600");
  expect(terminal.open).toBe(0);
  listeners.set([WANTED], LOCK);
  await pass(60_000);
  expect(terminal.open).toBe(0);
  back();
  back();
  await pass(3000);
  expect(listeners.held).toEqual([TTY]);
  await listeners.stop();
});

test("a probe talks through the listener", async () => {
  const { terminal, host, listeners, pass } = await start();
  listeners.set([WANTED], LOCK);
  await pass(1000);
  const session = listeners.talk(TTY);
  if (!session) throw new Error("nobody listens");
  const request = { lockFile: LOCK, modem: "SIM7600", tty: TTY, full: false, session };
  expect(await probe(host, request)).toMatchObject({ answered: true });
  expect(terminal.opened).toBe(1);
  expect(listeners.talk("ttyUSB9")).toBeUndefined();
  await listeners.stop();
});

test("stopping is quick even in the middle of preparing a silent modem", async () => {
  const { terminal, machine, listeners, pass } = await start();
  terminal.silent = true;
  listeners.set([WANTED], LOCK);
  await pass(500);
  expect(terminal.open).toBe(1);
  const began = machine.time.monotonic;
  await listeners.stop();
  expect(terminal.open).toBe(0);
  expect(machine.time.monotonic - began).toBeLessThan(1000);
});

test("a modem whose port has another name is listened to there, the old port closed first", async () => {
  const { terminal, machine, listeners, pass } = await start();
  listeners.set([WANTED], LOCK);
  await pass(1000);
  const other = machine.terminal("/dev/ttyUSB7");
  listeners.set([{ ...WANTED, tty: "ttyUSB7" }], LOCK);
  await pass(1000);
  expect(terminal.open).toBe(0);
  expect(other.open).toBe(1);
  await listeners.stop();
});
