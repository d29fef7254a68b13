import { expect, test } from "vitest";
import { attachedModem } from "../../helpers/bus.ts";
import { memoryAgentMachine } from "../../helpers/memory-agent-host.ts";
import { ProcessDied } from "../../helpers/memory-host.ts";

const MODEM = attachedModem("SIM7600", "2", 0);
const HOLDER = { pid: 77, process: "minicom", user: "root", since: 0 };

test("waits cost nothing, end in their order, and both clocks move along", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const before = { wall: host.clock.now().getTime(), monotonic: host.monotonic.now() };
  const order: string[] = [];
  await Promise.all([
    host.clock.sleep(3_000).then(() => order.push("late")),
    host.clock.sleep(1_000).then(() => order.push("early")),
  ]);
  expect(order).toEqual(["early", "late"]);
  expect(host.monotonic.now() - before.monotonic).toBe(3_000);
  expect(host.clock.now().getTime() - before.wall).toBe(3_000);
});

test("with jumps off, time stands still until it is let pass", async () => {
  const machine = await memoryAgentMachine();
  machine.time.jumps = false;
  const host = machine.agentHost();
  let woken = false;
  const sleeping = host.clock.sleep(500).then(() => {
    woken = true;
  });
  await machine.time.advance(499);
  expect(woken).toBe(false);
  await machine.time.advance(1);
  await sleeping;
});

test("an answer comes before the patience for it is over, many times in a row", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  machine.plug(MODEM);
  machine.terminal("/dev/ttyUSB2").answers = { AT: "OK", "AT+CPIN?": "+CPIN: READY\n\nOK" };
  const line = await host.serial.open("/dev/ttyUSB2");
  const before = host.monotonic.now();
  for (let turn = 0; turn < 20; turn++) {
    const abort = new AbortController();
    const answer = new Promise<string>((tell) => line.onData((data) => tell(data.toString())));
    await line.write(Buffer.from("AT+CPIN?\r"));
    const late = host.clock.sleep(5_000, abort.signal).then(() => "late");
    expect(await Promise.race([answer, late])).toBe("\r\n+CPIN: READY\r\n\r\nOK\r\n");
    abort.abort();
  }
  expect(host.monotonic.now()).toBe(before);
  expect(machine.terminal("/dev/ttyUSB2").commands).toEqual(Array(20).fill("AT+CPIN?"));
});

test("a modem that leaves hangs up its lines and tells who watches; it comes back as another device", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const events: string[] = [];
  const stop = host.hotplug.watch(({ kind, usb, bus, ports }) => events.push(`${kind} ${usb} ${bus}-${ports}`));
  machine.plug(MODEM);
  const first = await host.usbControl.state("1-2");
  const line = await host.serial.open("/dev/ttyUSB2");
  const closed = new Promise<string>((tell) => line.onClose(tell));
  machine.unplug("1-2");
  expect(await closed).toBe("the device is gone");
  await expect(line.write(Buffer.from("AT\r"))).rejects.toMatchObject({ code: "io" });
  await expect(host.serial.open("/dev/ttyUSB2")).rejects.toMatchObject({ code: "io" });
  machine.plug(MODEM);
  expect((await host.usbControl.state("1-2"))?.deviceNumber).not.toBe(first?.deviceNumber);
  stop();
  machine.unplug("1-2");
  expect(events).toEqual(["attach 1e0e:9001 1-2", "detach 1e0e:9001 1-2", "attach 1e0e:9001 1-2"]);
});

test("a lock is waited for in vain while another holds it, and had at once when it is let go", async () => {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const release = machine.lockedBy("/var/lock/modem", HOLDER);
  expect(await host.proc.lockHolder("/var/lock/modem")).toEqual(HOLDER);
  const before = host.monotonic.now();
  expect(await host.locks.lock("/var/lock/modem", 2_000)).toBeUndefined();
  expect(host.monotonic.now() - before).toBe(2_000);
  const waiting = host.locks.lock("/var/lock/modem", 60_000);
  await release();
  expect(await waiting).toBeDefined();
  expect(host.monotonic.now() - before).toBe(2_000);
  expect(await host.proc.lockHolder("/var/lock/modem")).toBeUndefined();
});

test("a log is read from where one was; another file in its place is read from the start", async () => {
  const machine = await memoryAgentMachine();
  const { logs } = machine.agentHost();
  machine.append("/var/log/smsd.log", "one\n");
  const first = await logs.readFrom("/var/log/smsd.log", undefined, 1000);
  machine.append("/var/log/smsd.log", "two\n");
  const second = await logs.readFrom("/var/log/smsd.log", first.position, 1000);
  machine.given("/var/log/smsd.log", "three is longer\n");
  const third = await logs.readFrom("/var/log/smsd.log", second.position, 1000);
  expect([first.text, second.text, third.text]).toEqual(["one\n", "two\n", "three is longer\n"]);
  expect((await logs.readFrom("/var/log/smsd.log", undefined, 7)).text).toBe("longer\n");
});

test("mutations of the agent stand in the journal, without what they wrote, and can be its last", async () => {
  const machine = await memoryAgentMachine();
  machine.plug(MODEM);
  const host = machine.agentHost({ dieAt: 3 });
  await host.logs.append("/var/log/events", "private");
  await host.usbControl.reset("1-2");
  await expect(host.proc.signal(5, "SIGCONT")).rejects.toBeInstanceOf(ProcessDied);
  expect(machine.journal).toEqual(["logs.append /var/log/events", "usbControl.reset 1-2"]);
  expect(machine.signals).toEqual([]);
});
