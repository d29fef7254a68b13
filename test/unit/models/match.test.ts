import { describe, expect, test } from "vitest";
import type { AttachedModem } from "../../../core/model/attached-modem.ts";
import { programFiles } from "../../../host/program-files.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import { compositionOf, matchModem, resolveRoles } from "../../../provision/models/match.ts";
import { modelEntryFor } from "../../../provision/models/unknown.ts";

const catalogue = await loadCatalogue(await programFiles());

/** A device with interfaces 0, 1, 2 … of these classes; vendor-specific ones get a tty. */
function device(usb: string, classes: readonly string[], product?: string): AttachedModem {
  let tty = 0;
  return {
    usb,
    sysName: "1-2.1",
    port: "platform-3610000.usb-usb-0:2.1",
    ...(product === undefined ? {} : { product }),
    interfaces: classes.map((one, number) =>
      one.startsWith("ff") ? { number, class: one, driver: "option", tty: `ttyUSB${tty++}` } : { number, class: one },
    ),
  };
}

const SERIAL = "ff/00/00";
const sim7600 = device("1e0e:9001", ["ff/ff/ff", SERIAL, SERIAL, SERIAL, SERIAL, "ff/ff/ff", "ff/42/01"]);
const ec25Qmi = device("2c7c:0125", ["ff/ff/ff", SERIAL, SERIAL, SERIAL, "ff/ff/ff"]);
const ec25Ecm = device("2c7c:0125", ["ff/ff/ff", SERIAL, SERIAL, SERIAL, "02/06/00", "0a/00/00"]);
const ec25Rndis = device("2c7c:0125", ["e0/01/03", "0a/00/00", "ff/ff/ff", SERIAL, SERIAL, SERIAL]);

function matched(attached: AttachedModem): readonly (readonly [string, string])[] {
  const match = matchModem(attached, catalogue);
  if (match.kind !== "matched") throw new Error(`${match.kind}: ${match.reason}`);
  return match.candidates.map(({ model, composition }) => [model.name, composition.name] as const);
}

describe("by id and interfaces", () => {
  test.each([
    ["SIM7600", sim7600, [["SIM7600", "qmi"]]],
    ["EC25 with QMI", ec25Qmi, [["EC25", "qmi"]]],
    ["EC25 with ECM", ec25Ecm, [["EC25", "ecm"]]],
    ["EC25 with RNDIS", ec25Rndis, [["EC25", "rndis"]]],
  ])("%s", (_, attached, expected) => {
    expect(matched(attached)).toEqual(expected);
  });

  test("the AT port of an EC25 moves with its composition", () => {
    const at = (attached: AttachedModem) => {
      const model = catalogue.find(({ name }) => name === "EC25");
      const composition = model && compositionOf(model, attached);
      return composition && resolveRoles(composition.roles, attached).get("AT");
    };
    expect([ec25Qmi, ec25Ecm, ec25Rndis].map(at)).toEqual([2, 2, 4]);
  });

  test("one id, two chipsets: both are candidates, for AT+CGMM to decide", () => {
    const rndis = device("1e0e:9011", ["e0/01/03", "0a/00/00", SERIAL, SERIAL, SERIAL, SERIAL, SERIAL]);
    expect(matched(rndis).map(([name]) => name)).toEqual(["A76XX", "SIM7600"]);
  });

  test("a Huawei stick is known by class, wherever its ports are", () => {
    const stick = device("12d1:1506", ["ff/02/01", "ff/02/05", "ff/02/02", "08/06/50"]);
    expect(matched(stick)).toEqual([["HUAWEI", "e3372-stick"]]);
    const [model] = catalogue.filter(({ name }) => name === "HUAWEI");
    const composition = model && compositionOf(model, stick);
    expect(composition && resolveRoles(composition.roles, stick)).toEqual(
      new Map([
        ["AT", 2],
        ["MODEM", 0],
      ]),
    );
  });
});

describe("what is no usable modem", () => {
  test.each([
    ["recovery", device("05c6:9008", ["ff/ff/ff"])],
    ["recovery", device("2c7c:0125", ["ff/ff/ff"], "QHSUSB__BULK")],
    ["hilink", device("12d1:14db", ["e0/01/03", "0a/00/00"])],
    ["mass-storage", device("12d1:1f01", ["08/06/50"])],
    ["mass-storage", device("19d2:2000", ["08/06/50"])],
  ])("%s is said plainly", (state, attached) => {
    const match = matchModem(attached, catalogue);
    expect(match).toMatchObject({ kind: "not-a-modem", state });
    expect("reason" in match && match.reason).toMatch(/^It .+\.$/);
  });

  test("a known id with other interfaces is no match, and its interfaces are named", () => {
    const match = matchModem(device("1e0e:9001", ["ff/ff/ff", SERIAL]), catalogue);
    expect(match).toMatchObject({ kind: "unknown-composition" });
    expect("reason" in match && match.reason).toContain("0: ff/ff/ff, 1: ff/00/00");
  });

  test("an unknown id", () => {
    expect(matchModem(device("abcd:0042", [SERIAL]), catalogue)).toMatchObject({ kind: "unknown-id" });
  });
});

test("the YAML to paste for an unknown modem is a whole, valid `models` entry that matches it", () => {
  const unknown = {
    ...device("abcd:0042", ["ff/ff/ff", SERIAL, SERIAL, "02/06/00", "08/06/50"], 'X9 "LTE"\n: {'),
    manufacturer: "Example # Inc.",
  };
  const text = `version: 1\nmodems: [{ name: new, model: X9-LTE }]\n${modelEntryFor(unknown)}`;
  const { inventory, diagnostics } = loadInventory({ file: "pasted", text, catalogue });
  expect(diagnostics).toEqual([]);
  const model = inventory?.modems[0]?.model;
  expect(model && compositionOf(model, unknown)?.roles.AT).toEqual({ interface: 2 });
});
