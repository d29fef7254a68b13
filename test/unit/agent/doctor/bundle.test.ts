import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type SupportBundleOptions, supportBundleCommand } from "../../../../agent/commands/support-bundle.ts";
import { ACCESS_LOG, EVENTS_LOG, STATE_FILE } from "../../../../agent/paths.ts";
import type { PackedFile } from "../../../../core/inspection-ports.ts";
import { INVENTORY_COPY } from "../../../../provision/desired/paths.ts";
import { runAgent } from "../commands/command-desk.ts";
import { appliedGateway, type Given, inventoryFrom, LOG } from "../observe/agent-machine.ts";
import { agentState, RECEIVER } from "./doctor-facts.ts";

const ARCHIVE = "/root/bundle.tar.gz";
const INVENTORY = `version: 1
# Call Joe when it breaks: 0170 1234567
modems:
  - name: SIM7600
    model: SIM7600
    sim: { pin: { file: sim7600.pin } }
incoming:
  sinks:
    - { type: webhook, name: crm, url: "https://crm.example/sms", secret: { file: crm.key } }
`;
const PIN = { from: "file", path: "/etc/modemkeeper/secrets/sim7600.pin" } as const;
const KEY = { from: "file", path: "/etc/modemkeeper/secrets/crm.key" } as const;

let given: Given;

async function bundle(options: SupportBundleOptions = { to: ARCHIVE }) {
  return runAgent(given, supportBundleCommand, options);
}

function packed(): readonly PackedFile[] {
  return (given.machine.inspection.archives.get(ARCHIVE) ?? []).map(({ name, content }) => ({
    name: name.slice(name.indexOf("/") + 1),
    content,
  }));
}

function contentOf(name: string): string {
  return packed().find((file) => file.name === name)?.content ?? "";
}

beforeEach(async () => {
  given = await appliedGateway();
  // Without an agent `status` looks for itself.
  given.machine.given(STATE_FILE, JSON.stringify(agentState({ at: given.machine.now.toISOString() })));
});

describe("a support bundle", () => {
  it("holds what is there, and its MANIFEST names what is not", async () => {
    given.machine.inspection.kernel = [
      "2030-01-01T00:00:00+0000 gw kernel: usb 1-1: USB disconnect, device number 7",
      "2030-01-01T00:00:00+0000 gw kernel: audit: something else",
    ];
    const { code, out } = await bundle();
    expect(code).toBe(0);
    const names = packed().map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "MANIFEST",
        "doctor.json",
        "status.json",
        "versions.json",
        "inventory.yaml",
        "smsd.conf",
        "smsd.conf.wanted",
        "smsd.log",
        "generations.json",
        "udev.rules",
        "units/smstools.service",
      ]),
    );
    expect(contentOf("kernel-usb.log")).toContain("usb 1-1: USB disconnect");
    expect(contentOf("kernel-usb.log")).not.toContain("audit");
    expect(contentOf("MANIFEST")).toMatch(/Could not be had:[\s\S]*metrics\.txt {2}there is nothing of it/);
    expect(out).toContain("metrics.txt  missing");
    expect(out).toContain(`Written to ${ARCHIVE}`);
    expect(JSON.parse(contentOf("doctor.json"))).toMatchObject({ format: "modemkeeper.doctor/1" });
    expect(JSON.parse(contentOf("generations.json"))).toMatchObject([{ generation: 1, status: "applied" }]);
  });

  it("names itself by host and time", async () => {
    await bundle({});
    const [archive] = given.machine.inspection.archives.keys();
    expect(archive).toMatch(/^modemkeeper-support-gateway-20300101-0000\d\d\.tar\.gz$/);
  });

  it("can be listed without being written, and changes nothing", async () => {
    const before = given.machine.journal.length;
    expect((await bundle({ list: true })).out).toContain("doctor.json");
    expect(given.machine.inspection.archives.size).toBe(0);
    expect(given.machine.journal).toHaveLength(before);
  });

  it("is had from a machine on which nothing is", async () => {
    const { machine } = given;
    for (const path of machine.files.entries.keys()) machine.files.entries.delete(path);
    const { code } = await bundle();
    expect(code).toBe(0);
    expect(packed().map(({ name }) => name)).toEqual(
      expect.arrayContaining(["MANIFEST", "doctor.json", "versions.json"]),
    );
  });

  it("keeps the newest of a long log, and says so", async () => {
    const line = "2030-01-01 00:00:01,6, SIM7600: No SMS received\n";
    given.machine.given(
      LOG,
      `${line.repeat(30_000)}2030-01-01 00:00:02,3, SIM7600: write_to_modem: error 5: Input/output error\n`,
    );
    given.machine.inspection.unitLogs.set("smstools.service", "a line of the journal\n".repeat(40_000));
    await bundle();
    expect(contentOf("smsd.log")).toContain("error 5");
    for (const { name, content } of packed()) expect(Buffer.byteLength(content), name).toBeLessThanOrEqual(530_000);
    expect(contentOf("journal/smstools.service.log")).toMatch(
      /^\(what is older is left out\)\na line of the journal\n/,
    );
  });

  it("leaves the inventory's comments out, and events older than a week", async () => {
    given.machine.given(INVENTORY_COPY, INVENTORY);
    const event = (day: number) =>
      JSON.stringify({
        time: `2029-12-${day}T00:00:00.000Z`,
        subject: "smsd",
        code: "smsd-down",
        level: "critical",
        phase: "begun",
        sentence: `day ${day}`,
      });
    given.machine.given(EVENTS_LOG, `${event(10)}\n${event(30)}\nhalf a li`);
    await bundle();
    expect(contentOf("inventory.yaml")).not.toContain("Joe");
    expect(contentOf("inventory.yaml")).toContain("pin: { file: sim7600.pin }");
    expect(contentOf("events.jsonl").trim().split("\n")).toHaveLength(1);
    expect(contentOf("events.jsonl")).toContain("day 30");
  });
});

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

/** Each source of the bundle says all of it, in the form in which it might. */
async function plant({ number, imei, iccid, pin, key, sms }: Planted): Promise<void> {
  const { machine } = given;
  machine.givenSecret(PIN, pin);
  machine.givenSecret(KEY, key);
  const all = `+${number} 0${number} ${imei} ${iccid} ${pin} ${key}`;
  const pdu = Buffer.from(sms, "utf8").toString("hex").toUpperCase();
  machine.given(
    INVENTORY_COPY,
    `${INVENTORY}# ${all}\nnotify:\n  sinks:\n    - { type: sms, name: phone, to: ["+${number}"] }\n`,
  );
  machine.given(
    "/etc/smsd.conf",
    `devices = GSM1\nadmin_to = ${number}\nbroken ${pin}\n[GSM1]\npin = ${pin}\nnumber = +${number}\ninit = AT+CPIN=${pin}\n`,
  );
  machine.given(
    LOG,
    [
      `2030-01-01 00:00:01,5, SIM7600: SMS received, From: ${number}`,
      `2030-01-01 00:00:01,5, SIM7600: SMS received, From: ACME, ${sms}`,
      `2030-01-01 00:00:01,7, SIM7600: -> ${pdu}`,
      `2030-01-01 00:00:01,7, SIM7600: -> AT+CPIN="${pin}"`,
      `2030-01-01 00:00:01,7, SIM7600: <- ${all} ${sms}`,
      "2030-01-01 00:00:01,3, SIM7600: Exec: eventhandler said something:",
      `2030-01-01 00:00:01,3, SIM7600: ! ${sms} ${all}`,
      `${sms} ${all}`,
      `2030-01-01 00:00:01,3, SIM7600: write_to_modem: error 5: ${all}`,
    ].join("\n"),
  );
  const entry = {
    time: machine.now.toISOString(),
    subject: "host",
    code: "x",
    level: "info",
    phase: "done",
    sentence: all,
    evidence: [all],
    text: sms,
    to: number,
  };
  machine.given(EVENTS_LOG, `${JSON.stringify(entry)}\n`);
  machine.given(ACCESS_LOG, `${JSON.stringify({ ...entry, command: `AT+CMGS="+${number}"` })}\n`);
  machine.inspection.kernel = [`2030-01-01T00:00:00+0000 gw kernel: usb 1-1: Product: ${all}`];
  for (const unit of ["smstools.service", "modemkeeper.service"]) {
    machine.inspection.unitLogs.set(
      unit,
      `2030-01-01T00:00:00+0000 gw node[1]: {"msg":"${all}","text":${JSON.stringify(sms)}}\n`,
    );
    machine.inspection.reports.set(unit, `Environment=TOKEN=${key}\nStatusText=${all}\n`);
  }
  machine.http.onAsk = () => ({ status: 200, body: `smsgw_modem_info{imei="${imei}",operator="${all}"} 1\n` });
  machine.usb = machine.usb.map((device) => ({ ...device, product: all }));
  const modems = [
    { name: "SIM7600", model: "SIM7600", present: true, operator: all, firmware: imei, imei, sim: `${iccid}` },
  ];
  const failing = {
    since: machine.now.toISOString(),
    detail: `https://joe:${key}@crm.example/${key}?to=${number} refused ${all}`,
  };
  const deliveries = { incoming: { waiting: 1, deadLetters: 0, duplicates: 0, sinks: [{ ...RECEIVER, failing }] } };
  const findings = [
    { code: "x", subject: "host", level: "warning", sentence: all, evidence: [all], fix: all, notify: false, since: 0 },
  ] as const;
  machine.given(
    STATE_FILE,
    JSON.stringify(agentState({ at: machine.now.toISOString(), modems, deliveries, findings })),
  );
}

describe("whatever is planted in its sources", () => {
  it("no number, IMEI, ICCID, PIN, key or text is in any of its files", async () => {
    await fc.assert(
      fc.asyncProperty(planted, async (all) => {
        given = await appliedGateway();
        await plant(all);
        given = { ...given, inventory: await inventoryFrom(given.host, INVENTORY) };
        expect((await bundle()).code).toBe(0);
        const { number, imei, iccid, pin, key, sms } = all;
        const pdu = Buffer.from(sms, "utf8").toString("hex");
        for (const { name, content } of packed()) {
          for (const secret of [number, imei, iccid, pin, key, sms]) expect(content, name).not.toContain(secret);
          expect(content.toLowerCase(), name).not.toContain(pdu);
        }
        // Each source was there, or its masking would prove nothing.
        const names = packed().map(({ name }) => name);
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
