import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { ModemModel } from "../../../core/model/modem-model.ts";
import { programFiles } from "../../../host/program-files.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import { discriminators, isRival } from "../../../provision/models/discriminators.ts";
import { checkPattern } from "../../../provision/models/pattern.ts";

const catalogue = await loadCatalogue(await programFiles());
const folder = new URL("../../../provision/models/catalogue/", import.meta.url);

function model(name: string): ModemModel {
  const found = catalogue.find((one) => one.name === name);
  if (!found) throw new Error(`no model ${name}`);
  return found;
}

test("every row passes the rules that a model in an inventory must pass", () => {
  const models: unknown[] = readdirSync(folder).flatMap((name) => parse(readFileSync(new URL(name, folder), "utf8")));
  // JSON is YAML: the rows go through exactly the checks of `models:`.
  const text = JSON.stringify({ version: 1, modems: [{ name: "any", model: "SIM7600" }], models });
  const { diagnostics } = loadInventory({ file: "catalogue", text, catalogue: [] });
  expect(diagnostics).toEqual([]);
});

test("names are unique and every row says where its facts come from", () => {
  const names = catalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { source, compositions } of catalogue) {
    for (const text of [source, ...compositions.map((one) => one.source)]) expect(text.length).toBeGreaterThan(10);
  }
});

test.each([
  ["SIM7600", "1e0e:9001"],
  ["SIM7600", "1e0e:9011"],
  ["A76XX", "1e0e:9011"],
  ["SIM7080", "1e0e:9205"],
  ["EC25", "2c7c:0125"],
  ["EC21", "2c7c:0121"],
  ["EG9X", "2c7c:0195"],
  ["BG96", "2c7c:0296"],
  ["EG06", "2c7c:0306"],
  ["EM05", "2c7c:030a"],
  ["EG12", "2c7c:0512"],
  ["HUAWEI", "12d1:1506"],
  ["ZTE", "19d2:0031"],
  ["MC74XX", "1199:9071"],
  ["UBLOX-U2", "1546:1102"],
  ["LE910", "1bc7:1201"],
])("%s knows the id %s", (name, usb) => {
  expect(model(name).compositions.map((one) => one.usb)).toContain(usb);
});

test("a SIM7600 has exactly the links that scripts in the field use", () => {
  const roles = model("SIM7600").compositions.find(({ usb }) => usb === "1e0e:9001")?.roles;
  expect(roles).toEqual({
    DIAG: { interface: 0 },
    NMEA: { interface: 1 },
    AT: { interface: 2 },
    VOICE: { interface: 3 },
    AUDIO: { interface: 4 },
  });
});

test.each(["SIM7600", "EC25"])("%s has a second AT port on interface 3, for health checks beside smsd", (name) => {
  const { at, compositions } = model(name);
  expect(at.second && compositions[0]?.roles[at.second]).toEqual({ interface: 3 });
});

test("announcements are sent to a second port only where there is one, without a message's text", () => {
  const pushing = catalogue.filter(({ at }) => at.push !== undefined);
  expect(pushing.map(({ name }) => name)).toEqual(expect.arrayContaining(["SIM7600", "EC25"]));
  for (const { at } of pushing) {
    expect(at.second).toBeDefined();
    // mt=2 would route whole messages past smsd, to be lost (27.005 §3.4.1).
    for (const command of at.push ?? []) expect(command).not.toMatch(/CNMI=\d,[23]/);
  }
});

describe.each(catalogue.map((one) => [one.name, one] as const))("%s", (_, row) => {
  test("can be told apart in all its compositions", () => {
    for (const composition of row.compositions) {
      for (const other of row.compositions) {
        if (other === composition || !isRival(composition, other)) continue;
        expect(discriminators(composition, [other]), `${composition.name} from ${other.name}`).not.toEqual([]);
      }
    }
  });

  test("has patterns that are harmless and have a group", () => {
    const check = checkPattern(row.at.firmware.pattern);
    expect("regex" in check && check.groups).toBeGreaterThan(0);
    expect("regex" in checkPattern(row.at.identity ?? "")).toBe(true);
  });
});

test.each([
  ["SIM7600", "SIMCOM_SIM7600G-H"],
  ["A76XX", "A7670E-FASE"],
  ["EC25", "EC25"],
  ["EC25", "EG25"],
])("%s knows itself in the answer %s, and no other model of its ids does", (name, answer) => {
  const knows = (one: ModemModel) => one.at.identity !== undefined && new RegExp(one.at.identity, "u").test(answer);
  const ids = model(name).compositions.map(({ usb }) => usb);
  const rivals = catalogue.filter((one) => one.compositions.some(({ usb }) => ids.includes(usb)));
  expect(rivals.filter(knows).map((one) => one.name)).toEqual([name]);
});
