import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCESS_LOG, EVENTS_LOG, STATE_FILE } from "../../../../agent/paths.ts";
import { INVENTORY_COPY } from "../../../../provision/desired/paths.ts";
import type { MemoryAgentMachine } from "../../../helpers/memory-agent-host.ts";
import { appliedGateway, inventoryFrom, LOG } from "../observe/agent-machine.ts";
import { bundle, INVENTORY, packed } from "./bundle-desk.ts";
import { agentState, RECEIVER } from "./doctor-facts.ts";

const PIN = { from: "file", path: "/etc/modemkeeper/secrets/sim7600.pin" } as const;
const KEY = { from: "file", path: "/etc/modemkeeper/secrets/crm.key" } as const;

interface Planted {
  /** National part, without its plus. */
  readonly number: string;
  readonly imei: string;
  readonly iccid: string;
  readonly pin: string;
  readonly key: string;
  readonly sms: string;
}

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => `7${all.join("")}`.slice(0, length));
const word = fc.stringMatching(/^[a-z]{9,12}$/);
const planted: fc.Arbitrary<Planted> = fc.record({
  number: digits(11),
  imei: digits(15),
  iccid: digits(19),
  pin: digits(6),
  key: fc.stringMatching(/^[A-Za-z0-9!_.-]{12,40}$/),
  sms: fc.tuple(word, word, word).map((words) => `Z${words.join(" ")}`),
});

/** As it might stand in a sentence. */
function sentenceOf({ number, imei, iccid, pin, key }: Planted): string {
  return `+${number} 0${number} ${imei} ${iccid} ${pin} ${key}`;
}

/** Each source of the bundle says all of it, in the form in which it might. */
function plant(machine: MemoryAgentMachine, all: Planted): void {
  machine.givenSecret(PIN, all.pin);
  machine.givenSecret(KEY, all.key);
  plantFiles(machine, all);
  plantLogs(machine, all);
  plantState(machine, all);
}

function plantFiles(machine: MemoryAgentMachine, all: Planted): void {
  const { number, pin, key } = all;
  const sinks = `    - { type: sms, name: phone, to: ["+${number}"] }\n    - { type: webhook, name: hook, url: "https://hooks.example/${key}" }\n`;
  machine.given(INVENTORY_COPY, `${INVENTORY}# ${sentenceOf(all)}\nnotify:\n  sinks:\n${sinks}`);
  const modem = `[GSM1]\npin = ${pin}\nnumber = +${number}\ninit = AT+CPIN=${pin}\n`;
  machine.given("/etc/smsd.conf", `devices = GSM1\nadmin_to = ${number}\nbroken ${pin}\n${modem}`);
}

function plantLogs(machine: MemoryAgentMachine, all: Planted): void {
  const { number, pin, key, sms } = all;
  const sentence = sentenceOf(all);
  const lines = [
    `5, SIM7600: SMS received, From: ${number}`,
    `5, SIM7600: SMS received, From: ACME, ${sms}`,
    `7, SIM7600: -> ${Buffer.from(sms, "utf8").toString("hex").toUpperCase()}`,
    `7, SIM7600: -> AT+CPIN="${pin}"`,
    `7, SIM7600: <- ${sentence} ${sms}`,
    "3, SIM7600: Exec: eventhandler said something:",
    `3, SIM7600: ! ${sms} ${sentence}`,
    `3, SIM7600: write_to_modem: error 5: ${sentence}`,
  ];
  machine.given(LOG, [...lines.map((line) => `2030-01-01 00:00:01,${line}`), `${sms} ${sentence}`].join("\n"));
  const said = { sentence, evidence: [sentence], text: sms, to: number };
  const entry = { time: machine.now.toISOString(), subject: "host", code: "x", level: "info", phase: "done", ...said };
  machine.given(EVENTS_LOG, `${JSON.stringify(entry)}\n`);
  machine.given(ACCESS_LOG, `${JSON.stringify({ ...entry, command: `AT+CMGS="+${number}"` })}\n`);
  machine.inspection.kernel = [`2030-01-01T00:00:00+0000 gw kernel: usb 1-1: Product: ${sentence}`];
  for (const unit of ["smstools.service", "modemkeeper.service"]) {
    const line = JSON.stringify({ msg: sentence, text: sms });
    machine.inspection.unitLogs.set(unit, `2030-01-01T00:00:00+0000 gw node[1]: ${line}\n${sentence}\n`);
    machine.inspection.reports.set(unit, `Environment=TOKEN=${key}\nStatusText=${sentence}\n`);
  }
}

function plantState(machine: MemoryAgentMachine, all: Planted): void {
  const { number, imei, iccid, key } = all;
  const sentence = sentenceOf(all);
  machine.http.onAsk = () => ({ status: 200, body: `smsgw_modem_info{imei="${imei}",operator="${sentence}"} 1\n` });
  machine.usb = machine.usb.map((device) => ({ ...device, product: sentence }));
  const modem = {
    name: "SIM7600",
    model: "SIM7600",
    present: true,
    operator: sentence,
    firmware: imei,
    imei,
    sim: iccid,
  };
  const detail = `https://joe:${key}@crm.example/${key}?to=${number} refused ${sentence}`;
  const sinks = [{ ...RECEIVER, failing: { since: machine.now.toISOString(), detail } }];
  const deliveries = { incoming: { waiting: 1, deadLetters: 0, duplicates: 0, sinks } };
  const told = { sentence, evidence: [sentence], fix: sentence };
  const findings = [{ code: "x", subject: "host", level: "warning", notify: false, since: 0, ...told }] as const;
  const state = agentState({ at: machine.now.toISOString(), modems: [modem], deliveries, findings });
  machine.given(STATE_FILE, JSON.stringify(state));
}

describe("whatever is planted in its sources", () => {
  it("no number, IMEI, ICCID, PIN, key or text is in any of its files", async () => {
    await fc.assert(
      fc.asyncProperty(planted, async (all) => {
        const machine = await appliedGateway();
        plant(machine.machine, all);
        const given = { ...machine, inventory: await inventoryFrom(machine.host, INVENTORY) };
        expect((await bundle(given)).code).toBe(0);
        const { number, imei, iccid, pin, key, sms } = all;
        const pdu = Buffer.from(sms, "utf8").toString("hex");
        for (const { name, content } of packed(given)) {
          for (const secret of [number, imei, iccid, pin, key, sms]) expect(content, name).not.toContain(secret);
          expect(content.toLowerCase(), name).not.toContain(pdu);
        }
        // Each source was there, or its masking would prove nothing.
        const names = packed(given).map(({ name }) => name);
        expect(names).toEqual(
          expect.arrayContaining([
            "status.json",
            "smsd.conf",
            "smsd.log",
            "events.jsonl",
            "access.jsonl",
            "kernel-usb.log",
            "metrics.txt",
            "inventory.yaml",
            "journal/modemkeeper.service.log",
            "units/smstools.service.txt",
          ]),
        );
      }),
      { numRuns: 25 },
    );
  });
});
