import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttachedModem } from "../../../core/model/attached-modem.ts";
import { programFiles } from "../../../host/program-files.ts";
import { propose } from "../../../provision/init/propose.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { ownedSettings } from "../../../provision/inventory/smsd-owned.ts";
import { SMSD_SETTINGS } from "../../../provision/inventory/smsd-settings.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import { attachedModem } from "../../helpers/bus.ts";
import { sampleComposition, sampleModel } from "../../helpers/sample-inventory.ts";

const catalogue = await loadCatalogue(await programFiles());
const schemaLine = "# yaml-language-server: $schema=./inventory.schema.json";

function proposed(bus: readonly AttachedModem[], text?: string, models = catalogue) {
  const conf = text === undefined ? {} : { conf: { text, name: "smsd.conf", terminals: new Map<string, string>() } };
  return propose({ bus, catalogue: models, schemaLine, ...conf });
}

function loaded(text: string, models = catalogue) {
  const { inventory, diagnostics } = loadInventory({ file: "inventory.yaml", text, catalogue: models });
  if (!inventory) throw new Error(JSON.stringify(diagnostics));
  return inventory;
}

describe("what the bus gives", () => {
  it("names one modem after its model and keeps its port as a hint", () => {
    const { text, notes } = proposed([attachedModem("SIM7600", "2.1", 0)]);
    expect(loaded(text).modems.map(({ name, match }) => [name, match])).toEqual([["SIM7600", {}]]);
    expect(text).toContain('match: { port: "platform-3610000.usb-usb-0:2.1" }');
    expect(text.split("\n")[0]).toBe(schemaLine);
    expect(notes).toEqual([]);
  });

  it("counts two alike in the order of their ports, whatever the order of the bus", () => {
    const [a, b] = [attachedModem("SIM7600", "2.10", 0), attachedModem("SIM7600", "2.9", 5)];
    const modems = loaded(proposed([a, b]).text).modems.map(({ name, match }) => [name, match.port]);
    expect(modems).toEqual([
      ["SIM7600-1", b.port],
      ["SIM7600-2", a.port],
    ]);
    expect(proposed([b, a]).text).toBe(proposed([a, b]).text);
  });

  it("takes the first of several candidates and tells how to find out", () => {
    const twin = { ...sampleModel(), name: "A7600", at: { ...sampleModel().at, identity: "A76" } };
    const models = [sampleModel(), { ...twin, compositions: [sampleComposition({ roles: { AT: { interface: 1 } } })] }];
    const { text, notes } = proposed([attachedModem("SIM7600", "1", 0)], undefined, models);
    expect(text).toContain("It may also be a A7600: `AT+CGMM` tells them apart (A7600 answers A76).");
    expect(notes.join()).toContain("AT+CGMM");
    expect(loaded(text, models).modems[0]?.model.name).toBe("SIM7600");
  });

  it("gives the YAML to paste for an id that nobody knows, and it is valid", () => {
    const stranger = { ...attachedModem("EC25", "1", 0), usb: "abcd:1234", product: "X \u001b[31m\n- evil: true" };
    const { text, notes } = proposed([stranger]);
    expect(notes.join("\n")).toContain("abcd:1234 is in no row of the catalogue");
    const pasted = text.slice(text.indexOf("# models:")).replaceAll(/^# ?/gm, "");
    expect(loaded(`version: 1\nmodems: [{ name: A, model: SIM7600 }]\n${pasted}`).modems).toHaveLength(1);
    expect(loaded(text).modems[0]?.name).toBe("SIM7600");
  });

  it("explains a stick that is no modem yet", () => {
    const stick = { ...attachedModem("EC25", "1", 0), usb: "12d1:1f01" };
    expect(proposed([stick]).notes.join("\n")).toContain("usb-modeswitch");
  });

  it("assumes a SIM7600 where nothing is plugged in, and says so", () => {
    const { text, notes } = proposed([]);
    expect(loaded(text).modems.map(({ name }) => name)).toEqual(["SIM7600"]);
    expect(notes.join()).toContain("No modem");
  });
});

describe("what is taken over", () => {
  const bus = [attachedModem("SIM7600", "1", 0)];
  const fate = (text: string) => proposed(bus, text).fates.map((one) => one.fate);

  it("keeps the numbers below our bounds, and our bounds above", () => {
    expect(fate("blocktime = 30\nloglevel = 7\nloglevel = debug")).toEqual(["taken over", "dropped", "taken over"]);
    expect(fate("blocktime = 61\nloglevel = 5\nloglevel = info")).toEqual(["made safe", "dropped", "taken over"]);
  });

  it("withdraws what the inventory's rules refuse, with their reason, and keeps the rest", () => {
    const { text, fates } = proposed(bus, "alarmlevel = 9\ndelaytime = 5\nsent = relative\nwhitelist = /a b\n");
    expect(fates.map((one) => one.fate)).toEqual(["dropped", "taken over", "dropped", "dropped"]);
    expect(loaded(text).smsd.settings.delaytime).toBe(5);
    expect(fates[0]?.reason).toMatch(/alarmlevel.*7/);
  });

  it("never hands a folder of the system to smsd", () => {
    const { text, fates } = proposed(bus, "incoming = /var/log\nsent = /etc/sms\nlogfile = /var/log/smsd.log\n");
    expect(fates.map((one) => one.fate)).toEqual(["dropped", "dropped", "made safe"]);
    expect(loaded(text).smsd.spool.incoming).toBe("/var/spool/sms/incoming");
  });

  it("moves `saved` along with incoming, since smsd renames between them", () => {
    const { spool } = loaded(proposed(bus, "incoming = /data/sms/incoming\n").text).smsd;
    expect([spool.incoming, spool.saved]).toEqual(["/data/sms/incoming", "/data/sms/saved"]);
  });

  it("moves a PIN out, and repeats it nowhere", () => {
    const conf = 'devices=GSM1\n[GSM1]\npin = 4711\ninit2 = AT+CPIN="4711"\n';
    const proposal = proposed(bus, conf);
    expect(proposal.pins.map(({ path, value }) => [path, value])).toEqual([
      ["/etc/modemkeeper/secrets/GSM1.pin", "4711"],
    ]);
    expect(JSON.stringify([proposal.text, proposal.fates, proposal.notes])).not.toContain("4711");
    expect(loaded(proposal.text).modems[0]?.pin).toEqual({ from: "file", path: "/etc/modemkeeper/secrets/GSM1.pin" });
  });

  it("says what old scripts will notice", () => {
    const notes = proposed(bus, "devices=GSM1\n").notes.join("\n");
    for (const name of ["trust_outgoing", "incoming_utf8", "datetime_format"]) expect(notes).toContain(name);
    expect(proposed(bus, "devices=GSM1\nincoming_utf8 = yes\n").notes.join()).not.toContain("incoming_utf8");
  });
});

const names = [...SMSD_SETTINGS.map(({ name }) => name), ...ownedSettings("global").keys(), "device", "pin", "queues"];
const value = fc.oneof(
  fc.constantFrom("yes", "no", "0", "7", "-1", "/var/spool/sms/incoming", "/etc", "? a | b", "ignore", "1234", "&a *b"),
  fc.string({ unit: "binary" }),
  fc.integer().map(String),
);
const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom(...names), value).map(([name, text]) => `${name} = ${text}`) },
  { weight: 2, arbitrary: fc.constantFrom("[default]", "[GSM1]", "[GSM2]", "[GSM*]", "[x", "devices = GSM1, GSM2") },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
const conf = fc.array(line, { maxLength: 40 }).map((lines) => lines.join("\n"));
const buses = fc.constantFrom(
  [],
  [attachedModem("SIM7600", "1", 0)],
  [attachedModem("SIM7600", "1", 0), attachedModem("SIM7600", "2", 5), attachedModem("EC25", "3", 10)],
);

describe("any smsd.conf", () => {
  it("gives a valid inventory and one fate for each line that says something", () => {
    fc.assert(
      fc.property(buses, conf, (bus, text) => {
        const proposal = proposed(bus, text);
        loaded(proposal.text);
        expect(proposal.fates.every(({ reason }) => reason !== "" && reason !== "Nothing reads it.")).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("never shows a PIN", () => {
    fc.assert(
      fc.property(buses, conf, (bus, text) => {
        const { text: inventory, fates, notes } = proposed(bus, `${text}\n[S]\npin = 90817263\n[GSM1]\npin=90817263`);
        expect(JSON.stringify([inventory, fates, notes])).not.toContain("90817263");
      }),
      { numRuns: 50 },
    );
  });
});
