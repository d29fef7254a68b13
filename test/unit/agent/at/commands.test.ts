import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { eventsCommand } from "../../../../agent/commands/events.ts";
import { modemAtCommand } from "../../../../agent/commands/modem-at.ts";
import { modemListCommand } from "../../../../agent/commands/modem-list.ts";
import { EVENTS_LOG } from "../../../../agent/paths.ts";
import type { MemoryAgentMachine } from "../../../helpers/memory-agent-host.ts";
import { desk } from "./at-desk.ts";
import { accesses, DEVICE, inventory, LOCK, machineWithModem, SCRIPT, SMSD_LOG } from "./at-machine.ts";

const SUSPEND = "/run/smstools/suspend";
const AGENT = { pid: 500, process: "node", user: "root", since: 0 };

/** smsd runs, and lets go of a modem as the real one does. */
function withSmsd(machine: MemoryAgentMachine): void {
  machine.files.put("/run/smstools", {
    ...{ kind: "directory", mode: 0o755, owner: "smsd", group: "dialout", modifiedAt: 0 },
  } as const);
  machine.accounts.users.set("smsd", { group: "smsd", groups: [], home: "/" });
  machine.smsd = [{ pid: 800, unit: "smstools.service", startedAt: 1 }];
  machine.modemProcesses.set("SIM7600", 801);
  machine.onSignal = (pid) => {
    const suspend = suspendFile(machine);
    if (pid !== 801 || !suspend.includes("SIM7600")) return;
    machine.append(SMSD_LOG, "2030-01-01 00:00:02,6, SIM7600: Suspend started. Reason: x\n");
  };
}

function suspendFile(machine: MemoryAgentMachine): string {
  const entry = machine.files.entries.get(SUSPEND);
  return entry?.kind === "file" ? entry.content : "";
}

test("modem at: a healthy smsd is left alone, the second port answers", async () => {
  const machine = await machineWithModem();
  withSmsd(machine);
  const { context, said } = desk(machine, inventory);
  expect(await modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ" })).toBe(0);
  expect(said.out).toBe("+CSQ: 20,99\nOK\n");
  expect(machine.terminal("/dev/ttyUSB2").opened).toBe(0);
  expect(machine.terminal("/dev/ttyUSB3").commands).toEqual(["AT", "AT+CSQ"]);
  expect(machine.signals).toEqual([]);
  expect(accesses(machine)).toContain('"purpose":"at"');
});

test("modem at: an error of the modem is exit 1, and is printed", async () => {
  const machine = await machineWithModem();
  machine.terminal("/dev/ttyUSB3").answers["AT+CIMI"] = "+CME ERROR: 10";
  const { context, said } = desk(machine, inventory);
  expect(await modemAtCommand(context, { name: "SIM7600", command: "AT+CIMI" })).toBe(1);
  expect(said.out).toBe("+CME ERROR: 10\n");
});

test("modem at: silence is exit 1 after the time that was given", async () => {
  const machine = await machineWithModem();
  machine.terminal("/dev/ttyUSB3").silent = true;
  const { context, said } = desk(machine, inventory);
  expect(await modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ", timeout: "4s" })).toBe(1);
  expect(said).toEqual({ out: "", err: "SIM7600 has not answered within 4 s\n" });
});

test("modem at: it waits until the agent's listener has stepped aside", async () => {
  const machine = await machineWithModem();
  machine.holders.set("/dev/ttyUSB3", [AGENT]);
  machine.services.active.set("modemkeeper.service", AGENT.pid);
  const { context } = desk(machine, inventory);
  const asked = modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ" });
  await context.host.clock.sleep(800);
  expect(machine.terminal("/dev/ttyUSB3").opened).toBe(0);
  machine.holders.clear();
  expect(await asked).toBe(0);
});

test("modem at: with the second port taken, smsd leaves this modem alone for a moment and gets it back", async () => {
  const machine = await machineWithModem();
  withSmsd(machine);
  machine.given(SUSPEND, "OTHER: not plugged in (modemkeeper)\nX: by hand\n");
  machine.holders.set("/dev/ttyUSB3", [SCRIPT]);
  let during = "";
  machine.terminal("/dev/ttyUSB2").onCommand = () => {
    during = suspendFile(machine);
    return undefined;
  };
  const { context, said } = desk(machine, inventory);
  expect(await modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ" })).toBe(0);
  expect(said.out).toBe("+CSQ: 20,99\nOK\n");
  expect(during).toMatch(/^SIM7600: .* talks to it \(modemkeeper\)$/m);
  expect(during).toContain("X: by hand\n");
  expect(suspendFile(machine).split("\n").sort()).toEqual(["", "OTHER: not plugged in (modemkeeper)", "X: by hand"]);
  expect(machine.smsd).toHaveLength(1);
});

test("modem at: a modem that smsd does not let go of is not touched, and is given back", async () => {
  const machine = await machineWithModem();
  withSmsd(machine);
  machine.onSignal = () => {};
  machine.holders.set("/dev/ttyUSB3", [SCRIPT]);
  const { context } = desk(machine, inventory);
  const asked = modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ" });
  await expect(asked).rejects.toMatchObject({ code: "command-failed" });
  expect(machine.terminal("/dev/ttyUSB2").opened).toBe(0);
  expect(suspendFile(machine)).toBe("");
});

test("modem at: without smsd its port is used as it is; another reader of it is named", async () => {
  const device = { ...DEVICE, interfaces: DEVICE.interfaces.filter(({ number }) => number !== 3) };
  const machine = await machineWithModem({
    ...device,
    interfaces: [...device.interfaces, { number: 3, class: "ff/00/00" }],
  });
  const { context } = desk(machine, inventory);
  expect(await modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ" })).toBe(0);
  expect(machine.terminal("/dev/ttyUSB2").opened).toBe(1);
  machine.holders.set("/dev/ttyUSB2", [SCRIPT]);
  await expect(modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ" })).rejects.toMatchObject({
    code: "precondition-missing",
    message: expect.stringContaining("check.sh (pid 4711"),
  });
});

test("modem at: a lock that somebody holds is exit 11 with his name", async () => {
  const machine = await machineWithModem();
  machine.lockedBy(LOCK, SCRIPT);
  const { context } = desk(machine, inventory);
  const asked = modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ", wait: "1s" });
  await expect(asked).rejects.toMatchObject({ code: "lock-held", message: expect.stringContaining("check.sh") });
});

test.each([
  ["AT+CRESET", "usage"],
  ["AT+CFUN=1,1", "usage"],
  ['AT+CPIN="1234"', "usage"],
  ["AT+CSQ;+CRESET", "usage"],
  ["AT+CMGD=1,4", "usage"],
  ["AT&F", "usage"],
  ["ATD0123;", "usage"],
  ["+CSQ", "usage"],
  ["AT+CSQ\rAT+CRESET", "usage"],
])("modem at: %j is refused before anything is touched", async (command, code) => {
  const machine = await machineWithModem();
  const { context } = desk(machine, inventory);
  await expect(modemAtCommand(context, { name: "SIM7600", command })).rejects.toMatchObject({ code });
  expect(machine.terminal("/dev/ttyUSB3").commands).toEqual([]);
});

test.each(["AT+CPIN?", "AT+CFUN?", "AT+COPS=?", "AT+CMGD=?", "AT+CUSBPIDSWITCH?", "ATI", 'AT+QCFG="usbnet"'])(
  "modem at: %s only asks",
  async (command) => {
    const machine = await machineWithModem();
    machine.terminal("/dev/ttyUSB3").answers[command.toUpperCase()] = "OK";
    const { context } = desk(machine, inventory);
    expect(await modemAtCommand(context, { name: "SIM7600", command })).toBe(0);
  },
);

test("modem at: --force sends what may do harm, but never what would wait for a text", async () => {
  const machine = await machineWithModem();
  machine.terminal("/dev/ttyUSB3").answers["AT+CRESET"] = "OK";
  const { context } = desk(machine, inventory);
  expect(await modemAtCommand(context, { name: "SIM7600", command: "AT+CRESET", force: true })).toBe(0);
  const sending = modemAtCommand(context, { name: "SIM7600", command: "AT+CMGS=20", force: true });
  await expect(sending).rejects.toMatchObject({ code: "usage" });
});

test("modem at: unknown and absent modems are told apart", async () => {
  const machine = await machineWithModem();
  const { context } = desk(machine, inventory);
  const unknown = modemAtCommand(context, { name: "SIM760", command: "AT" });
  await expect(unknown).rejects.toMatchObject({ code: "not-found", message: expect.stringContaining("SIM7600") });
  await expect(modemAtCommand(context, { name: "OTHER", command: "AT" })).rejects.toMatchObject({
    code: "precondition-missing",
  });
});

test("modem list: what is there, what is not, and what is for nobody", async () => {
  const machine = await machineWithModem();
  machine.plug({ ...DEVICE, sysName: "1-3", port: "platform-usb-0:3" });
  const { context, said } = desk(machine, inventory);
  expect(await modemListCommand(context, {})).toBe(0);
  expect(said.out.split("\n")).toEqual([
    "SIM7600  SIM7600  platform-usb-0:2  DIAG=ttyUSB0 NMEA=ttyUSB1 AT=ttyUSB2 VOICE=ttyUSB3 AUDIO=ttyUSB4",
    "OTHER    SIM7600  not plugged in",
    "1e0e:9001 at platform-usb-0:3 is for no modem of the inventory",
    "",
  ]);
});

test("modem list: the same as JSON", async () => {
  const machine = await machineWithModem();
  const { context, said } = desk(machine, inventory);
  expect(await modemListCommand(context, { json: true })).toBe(0);
  const list = JSON.parse(said.out);
  expect(list).toMatchObject({ format: "modemkeeper.modems/1", others: [] });
  expect(list.modems[0]).toMatchObject({ name: "SIM7600", present: true, device: "1-2" });
  expect(list.modems[0].ports[2]).toEqual({ role: "AT", tty: "ttyUSB2", link: "/dev/ttyUSB_SIM7600_AT" });
  expect(list.modems[1]).toEqual({ name: "OTHER", model: "SIM7600", present: false });
});

test("what --json prints is within its published schema", async () => {
  const machine = await machineWithModem();
  machine.plug({ ...DEVICE, sysName: "1-3", port: "platform-usb-0:3" });
  const { context, said } = desk(machine, inventory);
  await modemListCommand(context, { json: true });
  await modemAtCommand(context, { name: "SIM7600", command: "AT+CSQ" });
  const entry = { subject: "smsd", code: "x", level: "info", phase: "done", sentence: "y", evidence: ["z"] };
  machine.append(EVENTS_LOG, `${JSON.stringify({ time: machine.now.toISOString(), ...entry })}\n`);
  said.out = said.out.split("\n")[0] ?? "";
  expectFormat("modems-1", said.out);
  said.out = "";
  await eventsCommand(context, { json: true });
  const events = said.out.trimEnd().split("\n");
  expect(events).toHaveLength(2);
  for (const event of events) expectFormat("event-1", event);
});

function expectFormat(name: string, line: string): void {
  const file = new URL(`../../../../docs/reference/json/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ allErrors: true });
  const validate = ajv.compile(JSON.parse(readFileSync(file, "utf8")));
  expect(validate(JSON.parse(line)), JSON.stringify(validate.errors)).toBe(true);
}
