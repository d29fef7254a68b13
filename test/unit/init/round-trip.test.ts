import { describe, expect, it } from "vitest";
import { reveal } from "../../../core/secret.ts";
import { programFiles } from "../../../host/program-files.ts";
import { buildDesired } from "../../../provision/desired/build.ts";
import { SMSD_CONF } from "../../../provision/desired/paths.ts";
import { propose } from "../../../provision/init/propose.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import { attachedModem } from "../../helpers/bus.ts";
import { programTemplates, sampleSecret } from "../../helpers/sample-inventory.ts";

const catalogue = await loadCatalogue(await programFiles());
const templates = programTemplates();

function smsdConf(text: string): string {
  const { inventory, diagnostics } = loadInventory({ file: "inventory.yaml", text, catalogue });
  if (!inventory) throw new Error(JSON.stringify(diagnostics));
  const secrets = new Map(inventory.modems.filter(({ pin }) => pin).map(({ name }) => [name, sampleSecret("1234")]));
  const { resources } = buildDesired({ inventory, inventoryText: text, secrets, templates });
  const file = resources.find((resource) => resource.kind === "file" && resource.path === SMSD_CONF);
  if (file?.kind !== "file") throw new Error("no smsd.conf");
  return reveal(file.content);
}

const SHIPPED = "version: 1\nmodems: [{ name: SIM7600, model: SIM7600 }]\n";

const MANY_SETTINGS = `version: 1
modems:
  - name: A-1
    model: SIM7600
    match: { port: "platform-3610000.usb-usb-0:1" }
    sim: { pin: { file: A-1.pin } }
    smsd:
      incoming: yes
      init: AT+CPMS="ME","ME","ME"
      number: "+491701234567"
      description: "Zähler # Nord: 'eins'"
      ignore_unexpected_input: ["+CREG:", "^BOOT"]
      send_delay: -1
      check_sim: once
      check_sim_retries: forever
      primary_memory: SM
      extra: { read_timeout_cmgs: "3" }
  - name: B_2
    model: EC25
smsd:
  user: sms
  group: sms
  logfile: /srv/sms/log/smsd.log
  spool: { base: /srv/sms, sent: /srv/archive/sent }
  settings:
    delaytime: 2m
    blocktime: 10s
    eventhandler: /usr/local/bin/on-sms
    executable_check: no
    loglevel: debug
    umask: "0007"
    trust_outgoing: no
    international_prefixes: 00, 011
    priviledged_numbers: 49170, 49171
`;

describe("an smsd.conf that was rendered", () => {
  it.each([
    ["of the shipped inventory", SHIPPED],
    ["with many settings", MANY_SETTINGS],
  ])("%s is rendered the same after it was taken over", (_name, inventory) => {
    const rendered = smsdConf(inventory);
    const bus = [attachedModem("SIM7600", "1", 0), attachedModem("EC25", "2", 5)];
    const terminals = new Map([
      ["/dev/ttyUSB_SIM7600_AT", "ttyUSB2"],
      ["/dev/ttyUSB_A-1_AT", "ttyUSB2"],
      ["/dev/ttyUSB_B_2_AT", "ttyUSB7"],
    ]);
    const proposal = propose({ bus, catalogue, conf: { text: rendered, name: SMSD_CONF, terminals }, schemaLine: "#" });
    expect(smsdConf(proposal.text)).toBe(rendered);
    const fates = new Set(proposal.fates.map(({ fate }) => fate));
    expect([...fates].filter((fate) => ["dropped", "made safe", "set aside"].includes(fate))).toEqual([]);
  });
});
